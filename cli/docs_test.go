package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/internal/housetest"
	"github.com/sallyport/sallyport/ledger/find"
)

const reference = "../docs/cli.md"

// TestReferenceHasEveryVerb wants a row for each verb that can be run, and a
// verb for each row.
func TestReferenceHasEveryVerb(t *testing.T) {
	var documented []string
	for _, row := range housetest.Table(t, reference, "| command |") {
		for _, text := range row.Codes(0) {
			words := strings.Fields(text)
			if words[0] != "sallyport" {
				t.Errorf("%s: a command is `%s`, want it to begin with sallyport", reference, text)
				continue
			}
			documented = append(documented, strings.Join(verbWords(words[1:]), " "))
		}
	}
	var verbs []string
	for _, c := range everyVerb() {
		if c.Runnable() && c.Name() != "completion" { // by itself it only helps
			verbs = append(verbs, verb(c))
		}
	}
	housetest.WantSame(t, reference+"'s commands", verbs, documented)
}

// TestReferenceHasEveryFlag wants each flag of each verb in the table of
// flags, and nothing else in it.
func TestReferenceHasEveryFlag(t *testing.T) {
	var documented []string
	for _, row := range housetest.Table(t, reference, "| flag |") {
		for _, of := range row.Codes(1) {
			known := false
			for _, c := range everyVerb() {
				if !c.Runnable() || verb(c) != of && !strings.HasPrefix(verb(c), of+" ") {
					continue
				}
				known = true
				for _, text := range row.Codes(0) {
					flag, _, _ := strings.Cut(text, " ")
					documented = append(documented, verb(c)+" "+flag)
				}
			}
			if !known {
				t.Errorf("%s: a flag is of `%s`, which is no verb", reference, of)
			}
		}
	}
	var flags []string
	for _, c := range everyVerb() {
		if !c.Runnable() {
			continue
		}
		for _, m := range flagLine.FindAllStringSubmatch(c.Flags().FlagUsages(), -1) {
			for _, flag := range m[1:] {
				if flag != "" {
					flags = append(flags, verb(c)+" "+flag)
				}
			}
		}
	}
	housetest.WantSame(t, reference+"'s flags", flags, documented)
}

// TestReferenceHasEveryField compares the table of fields with the language.
func TestReferenceHasEveryField(t *testing.T) {
	var documented, fields []string
	for _, row := range housetest.Table(t, reference, "| field |") {
		documented = append(documented, row.Codes(0)...)
	}
	for _, f := range find.Fields() {
		fields = append(fields, f.Name)
	}
	housetest.WantSame(t, reference+"'s fields", fields, documented)
}

// TestArchitectureHasEveryVerb compares what ARCHITECTURE.md says is built
// with what is.
func TestArchitectureHasEveryVerb(t *testing.T) {
	const file = "../ARCHITECTURE.md"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(b), "\n## Verbs\n")
	built, _, planned := strings.Cut(text, "Planned:")
	if !found || !planned {
		t.Fatalf("%s has no list of verbs that are built and that are planned", file)
	}
	var documented []string
	for _, m := range code.FindAllStringSubmatch(built, -1) {
		words := verbWords(strings.Fields(m[1]))
		documented = append(documented, words[0])
		if len(words) > 1 {
			for under := range strings.SplitSeq(words[1], "|") {
				documented = append(documented, words[0]+" "+under)
			}
		}
	}
	var verbs []string
	for _, c := range everyVerb() {
		if c.Parent().Name() != "completion" { // its shells are no verbs of ours
			verbs = append(verbs, verb(c))
		}
	}
	housetest.WantSame(t, file+"'s verbs", verbs, documented)
}

// everyVerb is every command beneath the root that help shows.
func everyVerb() (all []*cobra.Command) {
	root := new(Program).root()
	root.InitDefaultCompletionCmd()
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, under := range c.Commands() {
			if under.IsAvailableCommand() {
				all = append(all, under)
				walk(under)
			}
		}
	}
	walk(root)
	return all
}

// verb is a command without the program's name: "ledger find".
func verb(c *cobra.Command) string {
	return strings.TrimPrefix(c.CommandPath(), "sallyport ")
}

var (
	flagLine = regexp.MustCompile(`(?m)^ +(?:(-\w), |    )(--[a-z-]+)`) // as help shows a flag
	code     = regexp.MustCompile("`([^`]+)`")
	verbWord = regexp.MustCompile(`^[a-z|]+$`)
)

// verbWords is the words of a command line up to its first argument or flag.
func verbWords(words []string) []string {
	for i, w := range words {
		if !verbWord.MatchString(w) {
			return words[:i]
		}
	}
	return words
}
