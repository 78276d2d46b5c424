package daemon

import (
	"errors"
	"testing"

	"github.com/sallyport/sallyport/policy"
)

// TestRefusedNote: the ledger has the codes and lines of a refused policy, and
// warnings do not count.
func TestRefusedNote(t *testing.T) {
	many := policy.Diagnostics{{Code: "SP0700", Line: 1, Severity: policy.Warning}}
	for range 11 {
		many = append(many, policy.Diagnostic{Code: "SP0602", Line: 7, Severity: policy.Error})
	}
	const ten = "SP0602 at line 7; SP0602 at line 7; SP0602 at line 7; SP0602 at line 7; SP0602 at line 7; SP0602 at line 7; SP0602 at line 7; SP0602 at line 7; SP0602 at line 7; SP0602 at line 7"
	for _, c := range []struct {
		err  error
		want string
	}{
		{many[:2], "SP0602 at line 7"},
		{many[:3], "SP0602 at line 7; SP0602 at line 7"},
		{many[:11], ten},
		{many, ten + "; …"},
		{errors.New("the port is taken"), "it could not be put in force"},
	} {
		if got := refusedNote(c.err); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
