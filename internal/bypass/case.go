package bypass

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// Server is the database that a case is for.
type Server string

// The servers that cases are for; the words are those in the files' names.
const (
	MySQL    Server = "mysql"
	Postgres Server = "postgres"
)

// Expectation is what a case does when nothing stops it.
type Expectation string

// Shows: the client receives the secret, in some form. Differs: it does not,
// but what it receives is one thing with one secret and another thing with
// another, and the same where only the database is another. Works: no attack,
// but what every client is to be able to do, so that a product that refuses
// everything does not pass.
const (
	Shows   Expectation = "shows"
	Differs Expectation = "differs"
	Works   Expectation = "works"
)

// Case is one script of the corpus.
type Case struct {
	Family string // the archive that it stands in, without .txtar
	Name   string
	Server Server
	Why    string // what is peculiar about it, in a line
	Expect Expectation
	Want   string        // Works: what the client has to receive
	Clock  time.Duration // not 0: whether a statement takes as long is seen too

	Statements []Statement
}

// ID names the case in the whole corpus.
func (c Case) ID() string { return c.Family + "/" + c.Name + "." + string(c.Server) }

// Load reads every archive in the root of files. What cannot be read as a
// case, or stands there twice, is an error.
func Load(files fs.FS) ([]Case, error) {
	names, err := fs.Glob(files, "*.txtar")
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading the corpus: %w", err)
		}
		family, err := parseFamily(strings.TrimSuffix(path.Base(name), ".txtar"), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cases = append(cases, family...)
	}
	return cases, nil
}

// nameless is a line at which txtar's reader panics.
var nameless = regexp.MustCompile(`(?m)^-- --\r?$`)

// parseFamily reads one archive.
func parseFamily(family string, text []byte) ([]Case, error) {
	if nameless.Match(text) {
		return nil, fmt.Errorf("a file has no name")
	}
	archive := txtar.Parse(text)
	if len(strings.TrimSpace(string(archive.Comment))) == 0 {
		return nil, fmt.Errorf("the family says nothing of itself")
	}
	var cases []Case
	seen := map[string]bool{}
	for _, f := range archive.Files {
		c, err := parseCase(family, f.Name, string(f.Data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if seen[f.Name] {
			return nil, fmt.Errorf("%s stands there twice", f.Name)
		}
		seen[f.Name] = true
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("the family has no case")
	}
	return cases, nil
}

// parseCase reads one script: NAME.SERVER.sql.
func parseCase(family, file, text string) (Case, error) {
	parts := strings.Split(file, ".")
	if len(parts) != 3 || parts[2] != "sql" || (Server(parts[1]) != MySQL && Server(parts[1]) != Postgres) {
		return Case{}, fmt.Errorf("the name has to be NAME.mysql.sql or NAME.postgres.sql")
	}
	c := Case{Family: family, Name: parts[0], Server: Server(parts[1]), Expect: Shows}
	for i, p := range paragraphs(text) {
		directives, sql, err := splitParagraph(p)
		if err != nil {
			return Case{}, err
		}
		if i == 0 {
			if directives, err = c.describe(directives); err != nil {
				return Case{}, err
			}
		}
		if sql == "" && i == 0 && len(directives) == 0 {
			continue
		}
		if sql == "" {
			return Case{}, fmt.Errorf("directives without a statement: %q", p)
		}
		s, err := newStatement(sql, directives)
		if err != nil {
			return Case{}, err
		}
		c.Statements = append(c.Statements, s)
	}
	return c, c.complete()
}

// describe takes what the head of a script says of the case, and returns what
// it says of the first statement.
func (c *Case) describe(directives []directive) (rest []directive, err error) {
	for _, d := range directives {
		switch d.name {
		case "why":
			c.Why = d.value
		case "expect":
			c.Expect = Expectation(d.value)
		case "want":
			c.Want = d.value
		case "clock":
			clock, err := time.ParseDuration(d.value)
			if err != nil || clock <= 0 {
				return nil, fmt.Errorf("clock: %q is no duration", d.value)
			}
			c.Clock = clock
		default:
			rest = append(rest, d)
		}
	}
	return rest, nil
}

// complete reports what is missing in a case or contradicts itself.
func (c *Case) complete() error {
	switch {
	case c.Why == "":
		return fmt.Errorf("the case does not say why")
	case c.Expect != Shows && c.Expect != Differs && c.Expect != Works:
		return fmt.Errorf("expect: %q is none of shows, differs, works", c.Expect)
	case (c.Expect == Works) != (c.Want != ""):
		return fmt.Errorf("want goes with expect: works")
	}
	for _, s := range c.Statements {
		if !s.DBA {
			return nil
		}
	}
	return fmt.Errorf("the client has nothing to do")
}
