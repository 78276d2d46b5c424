package ledger

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestParseAnchor(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"file:/srv/anchor", "file:/srv/anchor"},
		{"file:///srv/anchor", "file:/srv/anchor"},
		{"file:anchor", ""},
		{"file://example.com/anchor", ""},
		{"syslog:", "syslog:/dev/log"},
		{"syslog:/run/log.sock", "syslog:/run/log.sock"},
		{"syslog://127.0.0.1:514", "syslog://127.0.0.1:514"},
		{"syslog://192.0.2.1:514", ""},
		{"syslog://log.example.com:514", ""},
		{"https://user:secret@anchor.example.com/log", "https://user:xxxxx@anchor.example.com/log"},
		{"http://anchor.example.com/log", ""},
		{"http://localhost/log", ""},
		{"http://[::1]:8080/log", "http://[::1]:8080/log"},
		{"https:///log", ""},
		{"ftp://example.com/", ""},
		{"", ""},
		{"%", ""},
	} {
		a, err := ParseAnchor(c.text)
		if (err == nil) != (c.want != "") {
			t.Errorf("%q: %v", c.text, err)
		}
		if err == nil && a.String() != c.want {
			t.Errorf("%q is %q, want %q", c.text, a, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows a password: %v", err)
		}
	}
}

func TestAnchors(t *testing.T) {
	base := t.TempDir()
	var mu sync.Mutex
	posted, refusals := "", 1
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if refusals > 0 { // tried again
			refusals--
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		posted = string(b)
	}))
	defer server.Close()
	socket := filepath.Join(base, "log.sock")
	syslog, err := net.ListenPacket("unixgram", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer syslog.Close()
	o := testOptions(filepath.Join(base, "log"))
	for _, url := range []string{"file:" + filepath.Join(base, "anchor"), server.URL, "syslog:" + socket} {
		a, err := ParseAnchor(url)
		if err != nil {
			t.Fatal(err)
		}
		o.Anchors = append(o.Anchors, a)
	}
	l := mustOpen(t, o)
	mustAppend(t, l, Durable, "0")
	for deadline := time.Now().Add(20 * time.Second); ; {
		mu.Lock()
		done := posted != ""
		mu.Unlock()
		if done {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a checkpoint that was refused once is not posted again")
		}
		mustAppend(t, l, Durable, "more") // takes as long as a sync
	}
	mustClose(t, l)
	last := string(l.Checkpoint())
	if posted != last {
		t.Errorf("posted %q, want %q", posted, last)
	}
	since, err := os.ReadFile(filepath.Join(base, "anchor"))
	if err != nil || !strings.HasSuffix(string(since), last) {
		t.Errorf("the file ends %q, want %q (%v)", since, last, err)
	}
	if r := mustVerify(t, o.Dir, VerifyOptions{Since: since}); len(r.Since) < 1 {
		t.Error("the anchor file has no checkpoint to compare with")
	}
	want := strings.ReplaceAll(strings.TrimSuffix(last, "\n"), "\n", `\n`)
	for buf := make([]byte, 4096); ; {
		syslog.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, _, err := syslog.ReadFrom(buf)
		if err != nil {
			t.Fatalf("syslog did not get the last checkpoint: %v", err)
		}
		if bytes.HasPrefix(buf, []byte("<85>")) && bytes.HasSuffix(buf[:n], []byte(want)) {
			break
		}
	}
}

// TestAnchorNeverBlocks: an anchor that does not answer holds up neither
// entries nor checkpoints.
func TestAnchorNeverBlocks(t *testing.T) {
	release := make(chan struct{})
	o := testOptions(filepath.Join(t.TempDir(), "log"))
	o.Anchors = []Anchor{stuckAnchor(release)}
	l := mustOpen(t, o)
	for i := range uint64(3) {
		mustAppend(t, l, Durable, "x")
		sealNow(t, l, i+1)
	}
	close(release)
	mustClose(t, l)
}

type stuckAnchor chan struct{}

var _ Anchor = stuckAnchor(nil)

func (a stuckAnchor) Put([]byte) error { <-a; return errors.New("too late") }
func (a stuckAnchor) String() string   { return "stuck:" }
