package own

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/inspect/classes"
)

func lines(t testing.TB, expressions []string, pieces ...string) (found []string) {
	t.Helper()
	p, err := NewPattern("own", expressions)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(pieces, "")
	var s *LineScanner
	s = p.NewScanner(func(h classes.Hit) {
		if got, want := string(s.Value(h)), text[h.Offset:int(h.Offset)+h.Length]; got != want {
			t.Errorf("the value is %q, want %q", got, want)
		}
		found = append(found, fmt.Sprintf("%d+%d", h.Offset, h.Length))
	})
	for _, piece := range pieces {
		s.Write([]byte(piece))
	}
	s.Close()
	return found
}

func TestPattern(t *testing.T) {
	expressions := []string{`EMP-\d{6}`, `(?i)contract \d+$`}
	text := "a EMP-123456, EMP-1234567\nno contract here\nCONTRACT 17\nEMP-\n123456 and EMP-999999"
	want := []string{"2+10", "14+10", "43+11", "71+10"}
	if got := lines(t, expressions, text); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	for at := range text {
		if got := lines(t, expressions, text[:at], text[at:]); !slices.Equal(got, want) {
			t.Errorf("cut at %d: %v, want %v", at, got, want)
		}
	}
}

// TestBinaryLines: bytes that are no text do not hide what stands between.
func TestBinaryLines(t *testing.T) {
	text := "\xff\xfe\x00EMP-123456\x80\xc3 EMP-654321\x00\n\xf0\x9fEMP-111111"
	want := []string{"3+10", "16+10", "30+10"}
	if got := lines(t, []string{`EMP-\d{6}`}, text); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func BenchmarkPattern(b *testing.B) {
	p, err := NewPattern("own", []string{`EMP-\d{6}`, `(?i)contract\s*no\.?\s*\d{4,8}`, `[A-Z]{3}/\d{4}/\d{3}`, `proj-(?:alpha|beta|gamma)-\d+`})
	if err != nil {
		b.Fatal(err)
	}
	s := p.NewScanner(func(classes.Hit) {})
	text := []byte(strings.Repeat("It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife; 17 of 2026.\n", 500))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s.Write(text)
	}
}

// TestLongLines: a line without an end is looked at in pieces, wherever the
// stream is cut, and does not grow what is kept.
func TestLongLines(t *testing.T) {
	text := strings.Repeat("x", maxLine-5) + "ab" + strings.Repeat("x", maxLine-2) + "ab"
	want := []string{fmt.Sprintf("%d+2", maxLine-5), fmt.Sprintf("%d+2", 2*maxLine-5)}
	for _, cut := range []int{0, 1, maxLine - 4, maxLine, maxLine + 7, len(text)} {
		if got := lines(t, []string{"ab"}, text[:cut], text[cut:]); !slices.Equal(got, want) {
			t.Errorf("cut at %d: %v, want %v", cut, got, want)
		}
	}
}

func TestPatternsAreChecked(t *testing.T) {
	for what, list := range map[string][]string{"none": nil, "not closed": {"a("}, "empty": {"a*"}, "long": {strings.Repeat("a", maxPattern)}, "comes out of its group": {"a)|(b"}} {
		if _, err := NewPattern("own", list); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}
