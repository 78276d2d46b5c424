package classes

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"
)

// corpora is where data lies that nobody of this project wrote.
func corpora(t testing.TB, file string) []byte {
	t.Helper()
	dir := cmp.Or(os.Getenv("SALLYPORT_CORPORA"), "../../../shared/corpora")
	b, err := os.ReadFile(filepath.Join(dir, file))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("SALLYPORT_CORPORA") == "" {
		t.Skipf("%s is not there: SALLYPORT_CORPORA says where the corpora are", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// label is a span of a text that the corpus says is of a class; from and to
// are bytes.
type label struct {
	class    string
	from, to int
	seen     bool
}

type text struct {
	text   string
	labels []label
	tuning bool // of the half that detectors may be tuned on
}

// labelled is our name for those labels that we have a class for.
var labelled = map[string]string{
	"CREDIT_CARD": "card", "IBAN_CODE": "iban", "US_SSN": "us-ssn", "EMAIL_ADDRESS": "email", "IP_ADDRESS": "ip",
	"PHONE_NUMBER": "phone", "US_DRIVER_LICENSE": "driving-licence",
}

func presidio(t testing.TB) (all []text) {
	t.Helper()
	var raw []struct {
		Text  string `json:"full_text"`
		Spans []struct {
			Type  string `json:"entity_type"`
			Start int    `json:"start_position"` // in code points
			End   int    `json:"end_position"`
		} `json:"spans"`
	}
	if err := json.Unmarshal(corpora(t, "pii/presidio_synth_v2.json"), &raw); err != nil {
		t.Fatal(err)
	}
	for _, r := range raw {
		x := text{text: r.Text, tuning: sha256.Sum256([]byte(r.Text))[0]&1 == 0}
		at := func(points int) (n int) {
			for range points {
				_, size := utf8.DecodeRuneInString(r.Text[n:])
				n += size
			}
			return n
		}
		for _, s := range r.Spans {
			if class, ok := labelled[s.Type]; ok {
				x.labels = append(x.labels, label{class: class, from: at(s.Start), to: at(s.End)})
			}
		}
		all = append(all, x)
	}
	return all
}

// figures is how the hits of a class compare with the labels.
type figures struct{ labels, found, hits, right int }

func (f figures) recall() float64    { return float64(f.found) / float64(f.labels) }
func (f figures) precision() float64 { return float64(f.right) / float64(f.hits) }

// TestCorpora measures the detectors on texts that others labelled: a hit is
// right where it covers most of a label of its class, and lies mostly in it.
// What was tuned was tuned on one half; both are held to the same figures.
func TestCorpora(t *testing.T) {
	all := presidio(t)
	want := map[string]struct{ recall, precision float64 }{
		"card": {0.98, 0.99}, "iban": {0.98, 0.99}, "us-ssn": {0.98, 0.99}, "email": {0.98, 0.99}, "ip": {0.98, 0.99}, "phone": {0.6, 0.9},
	}
	for _, half := range []struct {
		name   string
		tuning bool
	}{{"tuned on", true}, {"held back", false}} {
		sum := map[string]figures{}
		for _, x := range all {
			if x.tuning == half.tuning {
				compare(t, x, sum)
			}
		}
		for _, class := range []string{"card", "iban", "us-ssn", "email", "ip", "phone", "driving-licence"} {
			f := sum[class]
			t.Logf("%-9s  %-15s labels %4d  found %4d  recall %.3f    hits %4d  right %4d  precision %.3f", half.name, class, f.labels, f.found, f.recall(), f.hits, f.right, f.precision())
			if w := want[class]; f.labels == 0 || f.recall() < w.recall || f.precision() < w.precision {
				t.Errorf("%s: %s: recall %.3f and precision %.3f of %d labels, want %.2f and %.2f", half.name, class, f.recall(), f.precision(), f.labels, w.recall, w.precision)
			}
		}
	}
}

func compare(t *testing.T, x text, sum map[string]figures) {
	hits := scan(t, []byte(x.text))
	for _, h := range hits {
		f := sum[h.Class]
		f.hits++
		i := slices.IndexFunc(x.labels, func(l label) bool {
			common := min(l.to, int(h.Offset)+h.Length) - max(l.from, int(h.Offset))
			return l.class == h.Class && 2*common > h.Length && 2*common > l.to-l.from
		})
		if i >= 0 {
			f.right++
			x.labels[i].seen = true
		} else if testing.Verbose() && x.tuning {
			t.Logf("no label: %-15s %q in %q", h.Class, x.text[h.Offset:int(h.Offset)+h.Length], x.text)
		}
		sum[h.Class] = f
	}
	for _, l := range x.labels {
		f := sum[l.class]
		f.labels++
		if l.seen {
			f.found++
		} else if testing.Verbose() && x.tuning {
			t.Logf("not found: %-15s %q in %q", l.class, x.text[l.from:l.to], x.text)
		}
		sum[l.class] = f
	}
}
