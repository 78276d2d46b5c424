package daemon

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// watchEvery is how often the files of a policy are looked at. Looking at the
// content rather than waiting for events sees every way of replacing a file,
// mounted ConfigMaps and network file systems too.
const watchEvery = time.Second

// wait keeps the gateway running: it reloads on SIGHUP and, where asked to,
// on a changed file.
func (g *gateway) wait(ctx context.Context) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	var changed <-chan time.Time
	if g.o.Watch {
		ticks := time.NewTicker(watchEvery)
		defer ticks.Stop()
		changed = ticks.C
	}
	for {
		select {
		case <-ctx.Done():
			g.o.Log.Info("The gateway drains.", "within", g.o.Drain.String())
			return nil
		case err := <-g.doors.Failed():
			return err
		case <-hangup:
			g.Reload()
		case <-changed:
			if g.files.changed(g.o.Source) {
				g.Reload()
			}
		}
	}
}
