package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRoundsAlternateAndDropTheWarmUp(t *testing.T) {
	var order strings.Builder
	side := func(name string, factor float64) measure {
		return func(context.Context, time.Duration) (float64, error) {
			order.WriteString(name)
			return factor, nil
		}
	}
	all, err := rounds(t.Context(), []leg{{"work", "x", []measure{side("a", 10), nil, side("b", 5)}}}, 3, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := order.String(); got != "abbaabba" {
		t.Errorf("order = %s", got)
	}
	if got := all[0].ratios(2, 0); len(got) != 3 || median(got) != 0.5 {
		t.Errorf("ratios = %v", got)
	}
	var b strings.Builder
	if err := table(&b, []string{"direct", "copy", "door"}, all); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "0.50") {
		t.Errorf("table:\n%s", b.String())
	}
	b.Reset()
	if err := against(&b, "direct against door", 0, 2, all); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "2.00") {
		t.Errorf("table:\n%s", b.String())
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median(%v) = %v, want %v", tt.values, got, tt.want)
		}
	}
}

func TestLoopReportsErrors(t *testing.T) {
	broken := errors.New("broken")
	_, err := loop(t.Context(), time.Second, []func(context.Context) error{func(context.Context) error { return broken }})
	if !errors.Is(err, broken) {
		t.Errorf("err = %v", err)
	}
}
