package classes

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// everyVector is all vectors, one behind the other, with prose between that has no hit.
func everyVector() []byte {
	var b strings.Builder
	for _, class := range Names() {
		for i, v := range vectors[class] {
			b.WriteString(v.text)
			b.WriteString([]string{"\n", " ", ", and then ", "\t"}[i%4])
		}
	}
	return []byte(b.String())
}

// scanCut is the hits where the text is written in the pieces between cuts. It
// wants hits in order, within the text, and none before what was settled.
func scanCut(t testing.TB, set *Set, text []byte, cuts []int) (hits []Hit) {
	t.Helper()
	settled := int64(-1 << 62)
	var last Hit
	var s *Scanner
	s = New(set, func(h Hit) {
		if h.Offset < last.Offset || h.Offset < settled || h.Length <= 0 || h.Length > MaxLength || h.Offset+int64(h.Length) > int64(len(text)) {
			t.Fatalf("hit %+v after %+v and with %d settled, in a text of %d bytes", h, last, settled, len(text))
		}
		if from := int(h.Offset); string(s.Value(h)) != string(text[from:from+h.Length]) {
			t.Fatalf("the value of %+v is %q, want %q", h, s.Value(h), text[from:from+h.Length])
		}
		last = h
		hits = append(hits, h)
	})
	from := 0
	for _, to := range append(cuts, len(text)) {
		if n, err := s.Write(text[from:to]); n != to-from || err != nil {
			t.Fatalf("Write took %d of %d bytes: %v", n, to-from, err)
		}
		if now := s.Settled(); now < settled || now > int64(to) {
			t.Fatalf("%d is settled after %d, with %d bytes written", now, settled, to)
		} else {
			settled = now
		}
		from = to
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return hits
}

// TestCutAnywhere: how a stream is cut changes nothing of what is found.
func TestCutAnywhere(t *testing.T) {
	text, set := everyVector(), every(t)
	want := scanCut(t, set, text, nil)
	if len(want) < 80 {
		t.Fatalf("only %d hits in all vectors", len(want))
	}
	for at := range text {
		if got := scanCut(t, set, text, []int{at}); !slices.Equal(got, want) {
			t.Fatalf("cut at %d: %s\nwant %s", at, told(string(text), got), told(string(text), want))
		}
	}
	bytes := make([]int, len(text))
	for i := range bytes {
		bytes[i] = i
	}
	if got := scanCut(t, set, text, bytes); !slices.Equal(got, want) {
		t.Fatalf("byte by byte: %s\nwant %s", told(string(text), got), told(string(text), want))
	}
}

// TestCutLongStream: the same beyond the window, with tokens longer than what
// is looked ahead, and hits at each distance from where the window moves.
func TestCutLongStream(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	longToken := "eyJhbGciOiJIUzI1NiJ9.eyJ" + strings.Repeat("zdWIiOiIx", 300) + "." + r86
	huge := "eyJhbGciOiJIUzI1NiJ9.eyJ" + strings.Repeat("zdWIiOiIx", 900) + "." + r86
	for b.Len() < 200_000 {
		b.WriteString(prose[:r.IntN(len(prose))])
		b.WriteString([]string{" 4111 1111 1111 1111 ", " jane@example.com ", "\n" + longToken + "\n", pem("EC PRIVATE KEY"), " " + huge + " ", strings.Repeat("7", 500), strings.Repeat("a@", 300)}[r.IntN(7)])
	}
	text, set := []byte(b.String()), every(t)
	want := scanCut(t, set, text, nil)
	for _, h := range want {
		if h.Class == "jwt" && h.Length != len(longToken) && h.Length != MaxLength {
			t.Fatalf("a token of %d bytes is told as %d", len(longToken), h.Length)
		}
	}
	for range 20 {
		var cuts []int
		for at := 0; at < len(text); at += 1 + r.IntN(1+r.IntN(40_000)) {
			cuts = append(cuts, at)
		}
		if got := scanCut(t, set, text, cuts); !slices.Equal(got, want) {
			t.Fatalf("cut at %v: %d hits, want %d", cuts, len(got), len(want))
		}
	}
}

// TestClassesAloneFindTheSame: what is found of a class does not hang on which
// others are looked for.
func TestClassesAloneFindTheSame(t *testing.T) {
	text := everyVector()
	all := scanCut(t, every(t), text, nil)
	for _, class := range Names() {
		alone(t, class, text, all)
	}
}

func alone(t testing.TB, class string, text []byte, all []Hit) {
	t.Helper()
	var want []Hit
	for _, h := range all {
		if h.Class == class {
			want = append(want, h)
		}
	}
	if got := scanCut(t, every(t, class), text, nil); !slices.Equal(got, want) {
		t.Fatalf("%s alone: %s\nwant %s", class, told(string(text), got), told(string(text), want))
	}
}

// TestNothingIsAllocated: not for a chunk, whatever is in it, once the room
// for hits that wait is there.
func TestNothingIsAllocated(t *testing.T) {
	text := everyVector()
	n := 0
	s := New(every(t), func(Hit) { n++ })
	s.Write(text)
	if got := testing.AllocsPerRun(50, func() { s.Write(text) }); got != 0 {
		t.Errorf("%v allocations a chunk", got)
	}
	if n == 0 {
		t.Error("nothing was found")
	}
}

// FuzzScan: any bytes, cut anywhere, give the hits that they give whole, and
// each class gives alone what it gives among all.
func FuzzScan(f *testing.F) {
	f.Add(everyVector(), uint16(7), uint8(0))
	for i, class := range Names() {
		for _, v := range vectors[class] {
			f.Add([]byte(v.text), uint16(len(v.text)/2), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, step uint16, class uint8) {
		set := every(t)
		want := scanCut(t, set, text, nil)
		var cuts []int
		for at := int(step); step > 0 && at < len(text); at += int(step) {
			cuts = append(cuts, at)
		}
		if got := scanCut(t, set, text, cuts); !slices.Equal(got, want) {
			t.Fatalf("cut each %d bytes: %s\nwant %s", step, told(string(text), got), told(string(text), want))
		}
		alone(t, Names()[int(class)%builtins], text, want)
	})
}
