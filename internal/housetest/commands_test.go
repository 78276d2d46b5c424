package housetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are read by people who will type what stands in them.
var documents = []string{"README.md", "CONTRIBUTING.md", "docs/getting-started.md", "docs/learning.md", "docs/operating.md", "docs/grants.md"}

// command is one command of a document's ```sh block.
type command struct {
	where string // file:line
	words []string
}

func TestCommandsInDocuments(t *testing.T) {
	var commands []command
	for _, file := range documents {
		b, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		found := shellCommands(file, string(b))
		if len(found) == 0 {
			t.Errorf("%s has no ```sh block with a command", file)
		}
		commands = append(commands, found...)
	}
	program := ""
	for _, c := range commands {
		var err error
		switch filepath.Base(c.words[0]) {
		case "make":
			err = checkMake(c.words[1:])
		case "go":
			err = checkGo(c.words[1:])
		case "sallyport":
			if program == "" {
				program = buildProgram(t)
			}
			err = checkSallyport(program, c.words[1:])
		}
		if err != nil {
			t.Errorf("%s: %s: %v", c.where, strings.Join(c.words, " "), err)
		}
	}
}

// shellCommands returns the commands of the sh blocks of a document: a line
// each, or several joined by &&, ;, | and the like. Comments, prompts, leading
// assignments and here-document bodies are left out.
func shellCommands(file, text string) []command {
	var commands []command
	in, joined, start, heredoc := false, "", 0, ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			in = !in && (line == "```sh" || line == "```bash" || line == "```console")
			heredoc = ""
			continue
		case !in:
			continue
		case heredoc != "":
			if line == heredoc {
				heredoc = ""
			}
			continue
		}
		if joined == "" {
			start = i + 1
		}
		if head, more := strings.CutSuffix(line, `\`); more {
			joined += head
			continue
		}
		line, joined = joined+line, ""
		if m := heredocStart.FindStringSubmatch(line); m != nil {
			heredoc = m[1]
		}
		for _, part := range separators.Split(line, -1) {
			words := commandWords(part)
			if len(words) > 0 {
				commands = append(commands, command{fmt.Sprintf("%s:%d", file, start), words})
			}
		}
	}
	return commands
}

var (
	heredocStart = regexp.MustCompile(`<<-?\s*['"]?(\w+)`)
	separators   = regexp.MustCompile(`&&|\|\||[;|&]`)
	assignment   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)
)

func commandWords(part string) []string {
	words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(part), "$ "))
	if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "#") }); i >= 0 {
		words = words[:i]
	}
	for len(words) > 0 && (assignment.MatchString(words[0]) || words[0] == "sudo" || words[0] == "env") {
		words = words[1:]
	}
	return words
}

// checkMake checks that each target exists in the Makefile.
func checkMake(words []string) error {
	dir := root
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case word == "-C" && i+1 < len(words):
			i++
			dir = filepath.Join(root, words[i])
		case strings.HasPrefix(word, "-") || assignment.MatchString(word):
		default:
			b, err := os.ReadFile(filepath.Join(dir, "Makefile"))
			if err != nil {
				return err
			}
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(word) + `:`).Match(b) {
				return fmt.Errorf("the Makefile has no target %s", word)
			}
		}
	}
	return nil
}

var goVerbs = []string{"build", "env", "generate", "get", "install", "list", "mod", "run", "test", "tool", "version", "vet"}

// checkGo checks the verb, and that each relative path exists.
func checkGo(words []string) error {
	if len(words) == 0 || !slices.Contains(goVerbs, words[0]) {
		return fmt.Errorf("go has no such verb")
	}
	for _, word := range words[1:] {
		if !strings.HasPrefix(word, "./") {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, strings.TrimSuffix(word, "..."))); err != nil {
			return err
		}
	}
	return nil
}

// buildProgram builds the program as make build does.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sallyport")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/sallyport")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the program, to ask it for its verbs: %v\n%s", err, out)
	}
	return program
}

// checkSallyport checks the verbs (as far as help knows verbs under them) and
// the flags of a command line by asking the program for help.
func checkSallyport(program string, words []string) error {
	var verbs []string
	for _, word := range words {
		if strings.HasPrefix(word, "-") || !regexp.MustCompile(`^[a-z][a-z-]*$`).MatchString(word) {
			break
		}
		help, err := helpFor(program, verbs)
		if err != nil {
			return err
		}
		if !hasSubcommands(help) {
			break
		}
		verbs = append(verbs, word)
		if help, err = helpFor(program, verbs); err != nil {
			return err
		}
		if want := "sallyport " + strings.Join(verbs, " "); !regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(want) + `(\s|$)`).MatchString(help) {
			return fmt.Errorf("there is no verb %q: its help does not show its usage", want)
		}
	}
	help, err := helpFor(program, verbs)
	if err != nil {
		return err
	}
	for _, word := range words[len(verbs):] {
		flag, _, _ := strings.Cut(word, "=")
		if len(flag) < 2 || flag[0] != '-' || flag == "--" {
			continue
		}
		if !regexp.MustCompile(`(?m)(^|[\s,])` + regexp.QuoteMeta(flag) + `([\s,=]|$)`).MatchString(help) {
			return fmt.Errorf("sallyport %s has no flag %s", strings.Join(verbs, " "), flag)
		}
	}
	return nil
}

func helpFor(program string, verbs []string) (string, error) {
	out, err := exec.Command(program, append(slices.Clone(verbs), "--help")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("asking for help on %q: %w: %s", strings.Join(verbs, " "), err, out)
	}
	return string(out), nil
}

// hasSubcommands reports whether a help text lists verbs, as cobra writes it.
func hasSubcommands(help string) bool { return strings.Contains(help, "Available Commands:") }

func TestShellCommands(t *testing.T) {
	const doc = "text\n```sh\n# a comment\n$ make demo ONCE=1 && A=b sallyport check \\\n  --json policy.yaml  # why\ncat <<'EOF' >x\nmake nothing\nEOF\n```\n```yaml\nmake: no\n```\n"
	var got []string
	for _, c := range shellCommands("README.md", doc) {
		got = append(got, c.where+" "+strings.Join(c.words, " "))
	}
	want := []string{"README.md:4 make demo ONCE=1", "README.md:4 sallyport check --json policy.yaml", "README.md:6 cat <<'EOF' >x"}
	if !slices.Equal(got, want) {
		t.Errorf("commands = %q\nwant       %q", got, want)
	}
}

func TestCheckMakeAndGo(t *testing.T) {
	tests := []struct {
		check func([]string) error
		words string
		ok    bool
	}{
		{checkMake, "test", true},
		{checkMake, "demo ONCE=1", true},
		{checkMake, "-j2 build", true},
		{checkMake, "nonsense", false},
		{checkMake, "-C nowhere demo", false},
		{checkGo, "test ./internal/...", true},
		{checkGo, "run ./nowhere", false},
		{checkGo, "fly", false},
	}
	for _, tt := range tests {
		if err := tt.check(strings.Fields(tt.words)); (err == nil) != tt.ok {
			t.Errorf("%s: %v, want success = %v", tt.words, err, tt.ok)
		}
	}
}
