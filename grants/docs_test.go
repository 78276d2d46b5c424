package grants

import (
	"testing"

	"github.com/sallyport/sallyport/internal/housetest"
)

// TestPageHasEveryCode compares the table of docs/grants.md with the codes.
func TestPageHasEveryCode(t *testing.T) {
	var documented, codes []string
	for _, row := range housetest.Table(t, "../docs/grants.md", "| code |") {
		for _, code := range row.Codes(0) {
			documented = append(documented, code)
			if k := kindsOfFinding[Code(code)]; string(k.severity) != row[1] {
				t.Errorf("%s is %s, and the page says %s", code, k.severity, row[1])
			}
		}
	}
	for c := range kindsOfFinding {
		codes = append(codes, string(c))
	}
	housetest.WantSame(t, "docs/grants.md's codes", codes, documented)
}
