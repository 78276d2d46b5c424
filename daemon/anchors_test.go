package daemon

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// TestAnchors holds what a policy takes for an anchor against what the ledger
// can make of it: check must not pass what run then refuses.
func TestAnchors(t *testing.T) {
	dir, taken := t.TempDir(), 0
	for _, text := range []string{
		"file:a", "file:a/../b", "file:/a", "file:///a", "file://a/b", "file:a b", "file:a?b", "file:a#b", "file:a%zz", "file:", "file: a", "file:.",
		"syslog:", "syslog:/a", "syslog:a", "syslog:/a?b", "syslog:/%41", "syslog://127.0.0.1:514", "syslog://127.0.0.1", "syslog://127.0.0.1:0", "syslog://[::1]:514",
		"syslog://[::1%25lo]:514", "syslog://127.0.0.1:514/a", "syslog://127.0.0.1:99999", "syslog://10.0.0.1:514", "syslog:///a", "SYSLOG:", "File:/a",
		"https://a.example.com", "https://a.example.com:", "https://a.example.com:1/b?c", "https://:1/b", "https:a", "https://a b", "https://u@a.example.com", "https://a.example.com#b", "HTTPS://a.example.com",
		"http://127.0.0.1:1/a", "http://[::1]/a", "http://[::1%25lo]/a", "http://localhost/a", "http://10.0.0.1/a", "http://127.0.0.1:x/", "ftp://127.0.0.1/", "a", "://", "https://%zz/",
	} {
		p, _ := policy.Parse(filepath.Join(dir, "p.yaml"), fmt.Appendf(nil, "version: 1\nledger: {path: l, anchors: [%q]}\n", text), policy.Vocabulary{}, policy.System())
		if p == nil {
			continue
		}
		taken++
		if _, err := ledger.ParseAnchor(p.Ledger.Anchors[0]); err != nil {
			t.Errorf("the policy takes %q, and the ledger does not: %v", text, err)
		}
	}
	if taken < 8 {
		t.Errorf("the policy takes %d of them only", taken)
	}
}
