package sql

import "testing"

func TestUseWithin(t *testing.T) {
	for _, tt := range []struct{ inner, outer, want Use }{
		{UseValue, UseValue, UseValue},
		{UseValue, UseDerived, UseDerived},
		{UseValue, UseEqual, UseEqual},
		{UseValue, UseNothing, UseNothing},
		{UseDerived, UseValue, UseDerived},
		{UseDerived, UseEqual, UseTest},
		{UseDerived, UseNothing, UseTest},
		{UseTest, UseValue, UseTest},
		{UseTest, UseNothing, UseTest},
		{UseEqual, UseDerived, UseEqual},
		{UseNothing, UseValue, UseNothing},
	} {
		if got := tt.inner.Within(tt.outer); got != tt.want {
			t.Errorf("%s within %s is %s, want %s", tt.inner, tt.outer, got, tt.want)
		}
	}
}
