package httpgate

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/housetest"
)

const page = "../../docs/gates/http.md"

// elsewhere is reasons that no http door gives: the one that is no refusal, those
// of statements, and those of database doors.
var elsewhere = []sallyport.ReasonCode{
	sallyport.ByRule,

	sallyport.Unparsed, sallyport.MultiStatement, sallyport.LocalFile, sallyport.Dangerous,
	sallyport.Unprepared, sallyport.UnknownShape,
	sallyport.RowLimit, sallyport.RowBudget, sallyport.ValuesSpent,
	sallyport.UnknownLineage, sallyport.PredicateRefused,

	sallyport.BadCertificate,
}

func TestPageHasEveryReason(t *testing.T) {
	var documented, given []string
	for _, row := range housetest.Table(t, page, "| status | reasons |") {
		for _, reason := range row.Codes(1) {
			documented = append(documented, row[0]+" "+reason)
		}
	}
	for _, code := range sallyport.ReasonCodes() {
		if !slices.Contains(elsewhere, code) {
			given = append(given, strconv.Itoa(code.HTTPStatus())+" "+code.String())
		}
	}
	housetest.WantSame(t, page+"'s statuses", given, documented)
}

// TestPageHasEveryStatus looks in the code for the statuses that are not the
// reason's own.
func TestPageHasEveryStatus(t *testing.T) {
	var documented, given []string
	for _, row := range housetest.Table(t, page, "| status | reason |") {
		documented = append(documented, row[0])
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ownStatus.FindAllStringSubmatch(string(b), -1) {
			if !strings.HasSuffix(file, "_test.go") {
				given = append(given, statusNamed(m[1]))
			}
		}
	}
	housetest.WantSame(t, page+"'s statuses of their own", given, documented)
}

var ownStatus = regexp.MustCompile(`\bstatus(?: =|:) http\.Status(\w+)`)

// statusNamed is the number of a constant of net/http.
func statusNamed(name string) string {
	for code := range 600 {
		if strings.ReplaceAll(http.StatusText(code), " ", "") == name {
			return strconv.Itoa(code)
		}
	}
	return name
}
