package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

// measure does the work for about the duration and returns its rate, in units
// a second.
type measure func(context.Context, time.Duration) (float64, error)

// leg is one kind of work, measured on several sides: first directly, then
// through what is compared with that. A side is nil where it is not measured.
type leg struct {
	name, unit string
	sides      []measure
}

// series are the rates of one leg, round by round, of each side.
type series struct {
	leg
	rates [][]float64
}

// rounds measures all legs once to warm up and then n times. In each round a
// leg's sides follow one another, and which goes first alternates, so that a
// slow moment of the machine meets all alike.
func rounds(ctx context.Context, legs []leg, n int, d time.Duration) ([]series, error) {
	all := make([]series, len(legs))
	for i, l := range legs {
		all[i] = series{leg: l, rates: make([][]float64, len(l.sides))}
	}
	for round := range n + 1 {
		for i := range all {
			if err := all[i].round(ctx, round, d); err != nil {
				return nil, fmt.Errorf("%s: %w", all[i].name, err)
			}
		}
	}
	return all, nil
}

func (s *series) round(ctx context.Context, round int, d time.Duration) error {
	for i := range s.sides {
		if round%2 == 1 {
			i = len(s.sides) - 1 - i
		}
		if s.sides[i] == nil {
			continue
		}
		rate, err := s.sides[i](ctx, d)
		if err != nil {
			return err
		}
		if round > 0 {
			s.rates[i] = append(s.rates[i], rate)
		}
	}
	return nil
}

// ratios returns a side against another, round by round.
func (s *series) ratios(side, to int) []float64 {
	var r []float64
	for i := range min(len(s.rates[to]), len(s.rates[side])) {
		r = append(r, s.rates[side][i]/s.rates[to][i])
	}
	return r
}

// median returns the middle of the values, or 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// table prints the series: the medians of all sides, and of the rounds' ratios
// to the first side the median and the lowest.
func table(w io.Writer, columns []string, all []series) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\tunit\t%s\t", columns[0])
	for _, c := range columns[1:] {
		fmt.Fprintf(t, "%s\tratio\tlowest\t", c)
	}
	fmt.Fprintln(t)
	for _, s := range all {
		fmt.Fprintf(t, "%s\t%s\t%.0f\t", s.name, s.unit, median(s.rates[0]))
		for i := range s.sides[1:] {
			r := s.ratios(i+1, 0)
			if len(r) == 0 {
				fmt.Fprint(t, "–\t–\t–\t")
				continue
			}
			fmt.Fprintf(t, "%.0f\t%.2f\t%.2f\t", median(s.rates[i+1]), median(r), slices.Min(r))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// against prints the rounds' ratios of one side to another, the median and the
// lowest.
func against(w io.Writer, title string, side, to int, all []series) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%s\tratio\tlowest\t\n", title)
	for _, s := range all {
		r := s.ratios(side, to)
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t\n", s.name, median(r), slices.Min(r))
	}
	return t.Flush()
}

// loop calls each worker over and over until d is over and returns how often
// they were called together, a second.
func loop(ctx context.Context, d time.Duration, workers []func(context.Context) error) (float64, error) {
	var (
		count atomic.Int64
		wg    sync.WaitGroup
		mu    sync.Mutex
		errs  []error
	)
	begin := time.Now()
	for _, work := range workers {
		wg.Go(func() {
			for time.Since(begin) < d {
				if err := work(ctx); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
					return
				}
				count.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(count.Load()) / time.Since(begin).Seconds(), errors.Join(errs...)
}
