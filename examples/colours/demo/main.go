package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/sallyport/sallyport/examples/colours/demodb"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	d := &demo{screen: newScreen(os.Stdout), once: os.Getenv("ONCE") != "" && os.Getenv("ONCE") != "0"}
	err := d.run(ctx)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = nil // a Ctrl-C before the end is no failure of the demo
		if d.once {
			err = errors.New("interrupted before the end")
		}
	}
	if err != nil {
		d.line("\n  %s %v", d.paint(red, "✕"), err)
		stop()
		os.Exit(1)
	}
}

// demo is one run of the demonstration.
type demo struct {
	*screen
	once bool

	dir    string // of this run: .demo/run
	stage  []func() error
	gate   *gateway
	door   *demodb.Server // the db door, as a client sees it
	policy *rendered
	tail   *tail
	key    string // the partner's API key

	front             *client // the app through the front door
	straight, guarded way

	held, missed int
	last, denied entry // crossings to name in the copy-paste lines
}

// run sets the stage, tells the story and clears the stage, in whatever way
// the story ends.
func (d *demo) run(ctx context.Context) (err error) {
	d.line("%s", d.paint(bold, "Sallyport around the favourite-colours app"))
	d.line("%s", d.paint(dim, "browser ─▶ [front door] ─▶ app ─▶ [db door] ─▶ database        one policy, one ledger"))
	d.blank()
	defer func() {
		if end := d.clear(); end != nil {
			err = errors.Join(err, end)
		}
	}()
	if err := d.set(ctx); err != nil {
		return either(ctx, err)
	}
	for _, part := range []func(context.Context) error{d.walk, d.attack, d.verify} {
		if err := part(ctx); err != nil {
			return either(ctx, err)
		}
	}
	d.limits()
	verdict := d.verdict()
	if d.once || verdict != nil {
		return verdict
	}
	return d.stay(ctx)
}

// either is the interruption, where there was one, rather than what broke by it.
func either(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// then puts what ends a part on the stage.
func (d *demo) then(end func() error) { d.stage = append(d.stage, end) }

// clear ends the parts, the last one first.
func (d *demo) clear() error {
	if len(d.stage) == 0 {
		return nil
	}
	done := d.doing("Ending everything that was started")
	var all error
	for i := len(d.stage) - 1; i >= 0; i-- {
		all = errors.Join(all, d.stage[i]())
	}
	d.stage = nil
	if all != nil {
		return fmt.Errorf("ending the demo: %w", all)
	}
	done("Everything that was started has ended.")
	return nil
}

// limits says what the demo does not show.
func (d *demo) limits() {
	d.heading("What this does not show yet")
	d.say("· Proof of injection: the search was stopped because its statement was not prepared or touched a " +
		"table of no rule. That a value of the request became SQL code is not yet what it is refused for.")
	d.say("· Outbound calls: POST /export posts a person's data to any host it is given. There is no egress " +
		"door yet, and here only the front door's rules keep that path shut.")
	d.say("· The network: on this machine nothing keeps a program from going round the doors.")
}
