package grants_test

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
)

// TestFindingsAreWritten: the worst first, what several logins found once, and
// where nothing weak was found a line that says so.
func TestFindingsAreWritten(t *testing.T) {
	found := func(code grants.Code, severity grants.Severity, login, server, what string) grants.Finding {
		return grants.Finding{Code: code, Severity: severity, Login: login, Server: server, What: what, Do: "do so"}
	}
	unseen := found(grants.CodeUnseen, grants.Info, "a", "db:1", "not seen")
	for _, tt := range []struct {
		list  []grants.Finding
		asked bool
		want  string
	}{
		{nil, true, "no weak spot was found\n"},
		{nil, false, ""},
		{[]grants.Finding{unseen}, true, "GR901 info   a at db:1: not seen\n    do so\nno weak spot was found\n"},
		{[]grants.Finding{
			unseen,
			found(grants.CodeInfile, grants.Low, "a", "db:1", "it is on"), found(grants.CodeAllPower, grants.High, "b", "db:1", "SUPER"),
			found(grants.CodeInfile, grants.Low, "b", "db:1", "it is on"), found(grants.CodeInfile, grants.Low, "b", "db:2", "it is on"),
		}, true, "GR101 high   b at db:1: SUPER\n    do so\nGR301 low    a, b at db:1: it is on\n    do so\nGR301 low    b at db:2: it is on\n    do so\nGR901 info   a at db:1: not seen\n    do so\n"},
	} {
		var b strings.Builder
		if err := grants.WriteFindings(&b, tt.list, tt.asked); err != nil || b.String() != tt.want {
			t.Errorf("%v are written as\n%s, %v\nwant\n%s", tt.list, b.String(), err, tt.want)
		}
	}
}
