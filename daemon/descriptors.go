package daemon

import (
	"math"
	"syscall"

	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/policy"
)

// reserve is how many descriptors no door gets: the ledger's, the admin
// listener's, the policy's files, names that are looked up.
const reserve = 256

// maxDescriptors is how many descriptors the process may open. Go has raised
// the soft limit to the hard one before main began (package syscall).
func maxDescriptors() int {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) != nil || uint64(l.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(l.Cur)
}

// fit lowers the limits of a policy's doors where they want more descriptors
// than the process may open, so that no flood takes those of the ledger and the
// admin listener, nor one door's those of another
// (docs/design/0005-descriptors.md).
func (g *gateway) fit(p *policy.Policy) {
	limit := maxDescriptors()
	most := limit - min(reserve, limit/2)
	want := gate.Descriptors(g.o.Kinds, p)
	if want <= most {
		return
	}
	gate.Fit(g.o.Kinds, p, most)
	g.o.Log.Warn("The doors may want more file descriptors than the process may open, so their sessions and requests are lowered in proportion: raise the limit (ulimit -n, LimitNOFILE=), or lower `limits:`.",
		"limit", limit, "reserve", limit-most, "doors_want", want, "needed", want+reserve, "lowered_to_percent", 100*most/want)
}
