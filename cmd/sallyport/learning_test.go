package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var shBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestLearningIsRun: the commands of docs/learning.md are those of the scenario
// learn, in the same order. There `gateway start` is `sallyport run`, and no
// filter needs to say how long ago.
func TestLearningIsRun(t *testing.T) {
	page, err := os.ReadFile("../../docs/learning.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../../testdata/script/learn.txtar")
	if err != nil {
		t.Fatal(err)
	}
	rest := strings.NewReplacer("! sallyport", "sallyport", "gateway start sallyport.yaml", "sallyport run").Replace(string(script))
	commands := 0
	for _, block := range shBlock.FindAllStringSubmatch(string(page), -1) {
		for command := range strings.Lines(block[1]) {
			command = strings.Replace(command, " since:7d", "", 1)
			_, after, found := strings.Cut(rest, "\n"+command)
			if !found {
				t.Fatalf("the scenario does not run this, or in another order: %s", command)
			}
			rest, commands = after, commands+1
		}
	}
	if commands != 5 {
		t.Errorf("the page has %d commands, and speaks of five", commands)
	}
}
