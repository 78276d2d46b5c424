package own

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/inspect/classes"
)

func words(t testing.TB, list ...string) *Words {
	t.Helper()
	w, err := NewWords("own", list)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// scan is what is found in the pieces of a stream, as "offset word".
func scan(w *Words, pieces ...string) (found []string) {
	text := strings.Join(pieces, "")
	var s *Scanner
	s = w.NewScanner(func(h classes.Hit) {
		value := text[h.Offset : int(h.Offset)+h.Length]
		if got := string(s.Value(h)); got != value {
			value = fmt.Sprintf("%q for %q", got, value)
		}
		found = append(found, fmt.Sprintf("%d %s", h.Offset, value))
	})
	for _, p := range pieces {
		s.Write([]byte(p))
	}
	s.Close()
	return found
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		words, text string
		want        []string
	}{
		{"project nightjar|nightjar", "Project Nightjar is secret", []string{"0 Project Nightjar", "8 Nightjar"}},
		{"he|she|his|hers", "ushers she his.", []string{"7 she", "11 his"}},
		{"blue|blue moon", "blue moon", []string{"0 blue", "0 blue moon"}},
		{"c++|.net", "c++ and .NET, not asp.net9", []string{"0 c++", "8 .NET"}},
		{"straße", "Die Straße, straßen", []string{"4 Straße"}},
		{"a b c|b", "a b c", []string{"2 b", "0 a b c"}},
		{"id", "id_1 id-1 id1 myid id", []string{"5 id", "19 id"}},
		{"aaa", "aaaa aaa", []string{"5 aaa"}},
		{"x", "", nil},
	} {
		w := words(t, strings.Split(tt.words, "|")...)
		if got := scan(w, tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%s in %q: %q, want %q", tt.words, tt.text, got, tt.want)
		}
		for at := range tt.text {
			if got := scan(w, tt.text[:at], tt.text[at:]); !slices.Equal(got, tt.want) {
				t.Errorf("%s in %q cut at %d: %q, want %q", tt.words, tt.text, at, got, tt.want)
			}
		}
	}
}

// TestAgainstSearch compares the automaton with a search for each word.
func TestAgainstSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	make := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte("ab- "[r.IntN(4)])
		}
		return b.String()
	}
	for range 300 {
		var list []string
		for range 1 + r.IntN(6) {
			if word := strings.TrimSpace(make(1 + r.IntN(5))); word != "" && !slices.Contains(list, word) {
				list = append(list, word)
			}
		}
		if len(list) == 0 {
			continue
		}
		text := make(40)
		var want []string
		for _, word := range list {
			for at := 0; at+len(word) <= len(text); at++ {
				if text[at:at+len(word)] == word && edge(text, at) && edge(text, at+len(word)) {
					want = append(want, fmt.Sprintf("%d %s", at, word))
				}
			}
		}
		got := scan(words(t, list...), text)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %q, want %q", list, text, got, want)
		}
	}
}

// edge tells whether no word goes on over the place.
func edge(text string, at int) bool {
	return at == 0 || at == len(text) || !ofWord[text[at-1]] || !ofWord[text[at]]
}

func TestListsAreBounded(t *testing.T) {
	long := []string{strings.Repeat("x", maxWord+1)}
	many := make([]string, maxWords+1)
	var wide []string
	for i := range 20_000 {
		wide = append(wide, fmt.Sprintf("%x%0200b", i, i))
	}
	for what, list := range map[string][]string{"none": {" ", ""}, "a long word": long, "many words": many, "much memory": wide} {
		if _, err := NewWords("own", list); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}

func BenchmarkWords(b *testing.B) {
	var list []string
	for i := range 1000 {
		list = append(list, fmt.Sprintf("project %c%d", 'a'+i%26, i))
	}
	s := words(b, list...).NewScanner(func(classes.Hit) {})
	text := []byte(strings.Repeat("the project that nobody names is p7, and project c2 is named; ", 1000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s.Write(text)
	}
}
