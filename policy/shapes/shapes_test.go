package shapes

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func written(t testing.TB, all ...string) string {
	t.Helper()
	set := map[string]struct{}{}
	for _, s := range all {
		set[s] = struct{}{}
	}
	var b bytes.Buffer
	if err := Write(&b, set); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFile holds the form against what is in people's repositories: a change of
// it needs another Header.
func TestFile(t *testing.T) {
	const want = Header + "\n" +
		"c9d0b593f6ed6b1578cb6ce4ddbaf79c  \"select `a\\nb` from t\"\n" +
		"b745ae8581602c6f4de7ea04e6a82654  select name from colours where user_id = ?\n"
	got := written(t, "select `a\nb` from t", "select name from colours where user_id = ?", "select name from colours where user_id = ?")
	if got != want {
		t.Errorf("written is\n%swant\n%s", got, want)
	}
}

func TestReadBack(t *testing.T) {
	all := []string{"select ?", "\"x\"", " led by a blank", "tab\tin it", "ü", "\xff", "\u202e", `back\slash`, "# no comment"}
	set, err := Parse([]byte(strings.ReplaceAll(written(t, all...), "\n", "\r\n") + "\n# said of it\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if !set.Has(s) {
			t.Errorf("%q is not read back", s)
		}
	}
	if len(set) != len(all) || set.Has("select ? ") {
		t.Errorf("%d shapes are read back of %d", len(set), len(all))
	}
	fewer, err := Parse([]byte(written(t, all[:3]...)))
	if err != nil || !fewer.Within(set) || set.Within(fewer) {
		t.Errorf("of fewer shapes all are within: %v, the other way: %v, %v", fewer.Within(set), set.Within(fewer), err)
	}
}

func TestMistakes(t *testing.T) {
	good := strings.TrimPrefix(written(t, "select ?"), Header+"\n")
	for _, tt := range []struct {
		file string
		line int
	}{
		{"", 1},
		{good, 1},
		{"# sallyport shapes 2\n" + good, 1},
		{Header, 1},
		{Header + "\n\n" + strings.Replace(good, "?", "1", 1), 3},
		{Header + "\n" + good + "0123  select ?", 3},
		{Header + "\n" + good[:34], 2},
		{Header + "\n" + good[:34] + "\"open", 2},
		{Header + "\n" + strings.Replace(good, "  ", " ", 1), 2},
	} {
		set, err := Parse([]byte(tt.file))
		var at *Error
		if !errors.As(err, &at) || at.Line != tt.line || set != nil {
			t.Errorf("%q is read as %v, %v; want an error in line %d", tt.file, set, err, tt.line)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(written(f, "select ?", "a\nb")))
	f.Add([]byte(Header + "\n# nothing"))
	f.Fuzz(func(t *testing.T, file []byte) {
		set, err := Parse(file)
		if (err == nil) != (len(set) > 0) {
			t.Errorf("%d shapes and %v", len(set), err)
		}
		if err == nil && !bytes.HasPrefix(file, []byte(Header)) {
			t.Error("a file without the header is read")
		}
	})
}

func FuzzWrite(f *testing.F) {
	f.Add("select ?", "x\r\ny")
	f.Fuzz(func(t *testing.T, a, b string) {
		set, err := Parse([]byte(written(t, a, b)))
		if err != nil || !set.Has(a) || !set.Has(b) {
			t.Errorf("%q and %q are read back as %d shapes, %v", a, b, len(set), err)
		}
	})
}
