package ledger

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDropOfWhatWasChanged: a bundle whose entries somebody made old is not
// dropped, nor said to be, also where its hash tile was made to match.
func TestDropOfWhatWasChanged(t *testing.T) {
	for _, retiled := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "log")
		l := mustOpen(t, testOptions(dir))
		for i := range 599 {
			mustAppend(t, l, Buffered, fmt.Sprint(i))
		}
		mustAppend(t, l, Durable, "599")
		sealNow(t, l, 600)
		bundle := filepath.Join(dir, tilePath(entriesLevel, 0, tileWidth))
		year := fmt.Appendf(nil, `"time":"%d`, time.Now().UTC().Year())
		b := read(t, bundle)
		if bytes.Count(b, year) != tileWidth {
			t.Fatal("the entries have no times")
		}
		write(t, bundle, bytes.ReplaceAll(b, year, []byte(`"time":"2001`)))
		if retiled {
			retile(t, dir, 0, tileWidth)
		}
		n, err := l.Drop(t.Context(), time.Now().Add(-24*time.Hour))
		if n != 0 || err == nil || !strings.Contains(err.Error(), "not those that were signed") {
			t.Errorf("retiled %v: dropped %d, %v", retiled, n, err)
		}
		mustClose(t, l)
		if r := mustReport(t, dir, l.VerifierKey(), nil); r.OK() || r.Size != 600 {
			t.Errorf("retiled %v: size %d, %v", retiled, r.Size, r.Faults)
		}
	}
}
