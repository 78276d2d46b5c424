package httpgate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
)

// breaches counts what clients of HTTP/2 do against the protocol before there
// is a request. The library ends such a stream or connection by itself and
// tells what was wrong, not whose it was.
type breaches struct {
	n    atomic.Int64
	more chan struct{} // there are some that are not recorded
}

// breachesEvery is how often what came meanwhile becomes an entry.
const breachesEvery = time.Second

// noBreach is what the library counts and a client may well do: it goes on with
// a body after its stream was ended, does not know a bound yet, or is gone.
var noBreach = []string{"_closed", "_over_max_streams_race", "conn_close_lost_ping"}

// count is http.HTTP2Config.CountError; it must not block.
func (b *breaches) count(name string) {
	for _, end := range noBreach {
		if strings.HasSuffix(name, end) {
			return
		}
	}
	b.n.Add(1)
	select {
	case b.more <- struct{}{}:
	default:
	}
}

// recordBreaches makes what is counted an entry a second at most, until ctx
// ends.
func (g *door) recordBreaches(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-g.breaches.more:
		case <-ctx.Done():
		}
		g.recordBreach()
		select {
		case <-time.After(breachesEvery):
		case <-ctx.Done():
		}
	}
	g.recordBreach()
}

func (g *door) recordBreach() {
	n := g.breaches.n.Swap(0)
	if n == 0 {
		return
	}
	c := &sallyport.Crossing{
		App: g.d.To.App, Door: g.d.Name,
		From: sallyport.Party{Kind: sallyport.AnyoneParty},
		To:   sallyport.Party{Kind: sallyport.AppParty, Name: g.d.To.App},
		Act:  &sallyport.Logon{Protocol: "http", TLS: true},
	}
	why := sallyport.Reason{Code: sallyport.Protocol, Note: fmt.Sprintf("HTTP/2 was broken before there was a request, times in about one second: %d", n)}
	if err := g.env.Guard.Refuse(c, why); errors.Is(err, guard.ErrUnrecorded) {
		g.breaches.n.Add(n) // they are tried again with the next
		g.env.Log.Error("Breaches of HTTP/2 cannot be recorded yet.", "door", g.d.Name, "error", err)
	}
}
