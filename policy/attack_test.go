package policy

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"
)

// inTime fails the test where read blocks. The bound is wide, for busy
// machines: what it is about would go on for ever, or for minutes.
func inTime(t *testing.T, read func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); read() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it is not read to an end")
	}
}

func inUTF16(order binary.AppendByteOrder, s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// TestAttacks reads texts that YAML readers take differently, or at a cost, and
// says which error each gets.
func TestAttacks(t *testing.T) {
	const policy = "version: 1\napps: {web: {}}\n"
	laughs := "a0: &a0 [x]\n"
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9)+fmt.Sprintf("*a%d", i-1))
	}
	for _, c := range []struct {
		name, text string
		code       Code // "" where it is to load
	}{
		{"aliases that multiply", laughs, CodeAnchor},
		{"an alias to itself", "version: 1\napps: &a {web: *a}\n", CodeAnchor},
		{"an alias to nothing", "version: 1\napps: *a\n", CodeSyntax},
		{"many aliases", "version: 1\napps: &a {}\nx: [" + strings.Repeat("*a,\n", 50_000) + "]\n", CodeAnchor},
		{"an anchor on a key", "version: 1\n&a apps: {}\n", CodeAnchor},
		{"a merge key", "version: 1\napps: {web: {<<: {proof: [password]}}}\n", CodeMerge},
		{"a merge of a list", "version: 1\n<<: [{apps: {}}, {hosts: {}}]\n", CodeMerge},
		{"a quoted merge key", "version: 1\napps: {web: {\"<<\": {proof: [password]}}}\n", CodeUnknownKey},
		{"a long key", "version: 1\napps: {" + strings.Repeat("a", 2000) + "}\n", CodeKeyType},
		{"a key that stands twice", "version: 1\napps: {}\napps: {web: {}}\n", CodeDuplicateKey},
		{"a key in quotes that stands twice", "version: 1\napps: {}\n\"apps\": {web: {}}\n", CodeDuplicateKey},
		{"a key in another spelling", "version: 1\n\"\\x61pps\": {}\napps: {web: {}}\n", CodeDuplicateKey},
		{"a look-alike key", "version: 1\n\u0430pps: {web: {}}\n", CodeUnknownKey},
		{"a key that is a list", "version: 1\n? [apps]\n: {}\n", CodeKeyType},
		{"a tab before a key", "version: 1\napps:\n\tweb: {}\n", CodeSyntax},
		{"a tab within", "version: 1\napps:\t{web: {}}\n", ""},
		{"a mark of byte order", "\ufeff" + policy, ""},
		{"two marks", "\ufeff\ufeff" + policy, CodeCharacters},
		{"a mark within", "version: 1\n\ufeffapps: {}\n", CodeCharacters},
		{"NUL", "version: 1\napps: {w\x00b: {}}\n", CodeCharacters},
		{"NUL at the end", policy + "\x00", CodeCharacters},
		{"UTF-16, little end first", inUTF16(binary.LittleEndian, policy), CodeCharacters},
		{"UTF-16, big end first", inUTF16(binary.BigEndian, policy), CodeCharacters},
		{"Latin-1", "version: 1\napps: {caf\xe9: {}}\n", CodeCharacters},
		{"UTF-8 that is too long", "version: 1\napps: {\xc1\xa1: {}}\n", CodeCharacters},
		{"a surrogate", "version: 1\napps: {\xed\xa0\x80: {}}\n", CodeCharacters},
		{"an escape", "version: 1\napps: {} \x1b[2J\n", CodeCharacters},
		{"text that runs backwards", "version: 1\napps: {} # \u202e}{\n", CodeCharacters},
		{"lines that end in CR LF", strings.ReplaceAll(policy, "\n", "\r\n"), ""},
		{"lines that end in CR", strings.ReplaceAll(policy, "\n", "\r"), CodeCharacters},
		{"a line that ends in U+2028", "version: 1 # x\u2028apps: {}\n", CodeCharacters},
		{"a line that ends in U+0085", "version: 1 # x\u0085apps: {}\n", CodeCharacters},
		{"10 MB", strings.Repeat("# 0123456\n", 1<<20), CodeTooLarge},
		{"a line of 1 MB", "version: 1 # " + strings.Repeat("x", 1<<20-100), CodeTooLarge},
		{"brackets 100,000 deep", strings.Repeat(strings.Repeat("[", 10_000)+"\n", 10), CodeSyntax},
		{"lists 25 deep", "version: 1\napps: " + strings.Repeat("[", 25) + strings.Repeat("]", 25), CodeTooDeep},
		{"keys 8,000 deep", "version: 1\napps: " + strings.Repeat("{a: ", 4_000), CodeSyntax},
		{"a tag", "version: !!int 1\napps: !!map {web: {}}\n", CodeTag},
		{"a tag of a language", "version: 1\napps: !!python/object/apply:os.system [id]\n", CodeTag},
		{"a tag that says nothing", "version: ! 1\napps: ! {web: {}}\n", CodeTag},
		{"a key with a tag that says nothing", "version: 1\n! apps: {}\n", CodeTag},
		{"bytes", "version: 1\napps: !!binary aGk=\n", CodeTag},
		{"a directive", "%YAML 1.1\n---\n" + policy, CodeTag},
		{"two documents", policy + "---\n" + policy, CodeDocuments},
		{"a document's end", policy + "...\nversion: 2\n", CodeSyntax},
		{"a version of another type", "version: 1.0\n", CodeVersion},
		{"a version in octal", "version: 01\n", CodeVersion},
		{"nothing", "", CodeEmptyFile},
		{"a comment only", "# nothing\n", CodeEmptyFile},
		{"null", "~\n", CodeType},
		{"a list", "- version: 1\n", CodeType},
	} {
		t.Run(c.name, func(t *testing.T) {
			inTime(t, func() {
				p, ds := Parse("p.yaml", []byte(c.text), testVocabulary(), testSource(t))
				if c.code == "" {
					if p == nil {
						t.Errorf("it does not load:\n%v", ds)
					}
					return
				}
				i := slices.IndexFunc(ds, func(d Diagnostic) bool { return d.Severity == Error && d.Code == c.code })
				if p != nil || i < 0 {
					t.Errorf("want %s, %s, and got:\n%.2000s", c.code, codes[c.code], ds.Error())
				} else if ds[i].Hint == "" {
					t.Errorf("it does not say what to do: %v", ds[i])
				}
			})
		})
	}
}

// TestAttacksByFile names what is no file of its own where a file is wanted,
// as the policy and as a secret in it.
func TestAttacksByFile(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(syscall.Mkfifo(in("fifo"), 0o600))
	must(os.Mkdir(in("folder"), 0o700))
	must(os.WriteFile(in("huge"), nil, 0o600))
	must(os.Truncate(in("huge"), 1<<40))
	must(os.WriteFile(in("secret"), []byte("a-long-enough-secret\n"), 0o600))
	must(os.Symlink("secret", in("link")))
	must(os.Symlink("loop", in("loop")))
	must(os.Symlink("gone", in("dangling")))
	must(os.Symlink("/dev/zero", in("zero")))
	must(os.Symlink("fifo", in("link-to-fifo")))
	for _, c := range []struct{ file, says string }{ // says is "" where a secret can be read
		{"fifo", "it is a pipe"},
		{"link-to-fifo", "it is a pipe"},
		{"folder", "it is a folder"},
		{"folder/../folder/.", "it is a folder"},
		{"/dev/zero", "it is a device"},
		{"zero", "it is a device"},
		{"/dev/stdin", "a regular file is wanted"},
		{"huge", "larger than 1 MiB"},
		{"loop", "too many levels of symbolic links"},
		{"dangling", "no such file"},
		{"nowhere/at/all", "no such file"},
		{"secret/below", "not a directory"},
		{"/proc/self/mem", "input/output error"},
		{strings.Repeat("x", 300), "file name too long"},
		{"link", ""},
	} {
		t.Run(c.file[:min(len(c.file), 30)], func(t *testing.T) {
			inTime(t, func() {
				text := fmt.Sprintf("version: 1\napps: {a: {proof: [password], password: %q}}\n", "file:"+c.file)
				p, ds := Parse(in("sallyport.yaml"), []byte(text), testVocabulary(), System())
				if c.says == "" {
					if p == nil {
						t.Errorf("a secret that can be read: %v", ds)
					}
					return
				}
				ds = slices.DeleteFunc(ds, func(d Diagnostic) bool { return d.Severity != Error })
				if p != nil || len(ds) != 1 || ds[0].Code != CodeFileMissing || !strings.Contains(ds[0].Message, c.says) || ds[0].Hint == "" {
					t.Errorf("as a secret: want %q and got:\n%v", c.says, ds)
				}
				path := c.file
				if !filepath.IsAbs(path) {
					path = in(path)
				}
				p, ds = Load(path, testVocabulary(), System())
				if p != nil || len(ds) != 1 || !strings.Contains(ds[0].Message, c.says) || ds[0].Hint == "" {
					t.Errorf("as the policy: want %q and got:\n%v", c.says, ds)
				}
			})
		})
	}
}
