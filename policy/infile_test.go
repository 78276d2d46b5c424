package policy

import (
	"os"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// TestLocalInfile: the key lets no LOAD DATA LOCAL pass by itself, a rule has to
// cover it.
func TestLocalInfile(t *testing.T) {
	text, err := os.ReadFile("testdata/local-infile.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		key, statements string
		want            sallyport.ReasonCode
	}{
		{"allow", "[load]", sallyport.ByRule},
		{"allow", "[select, insert]", sallyport.NoRule},
		{"deny", "[load]", sallyport.LocalFile},
	} {
		s := strings.NewReplacer("local-infile: allow", "local-infile: "+tt.key, "statements: [select]", "statements: "+tt.statements).Replace(string(text))
		for _, mode := range []string{"", "\n    mode: report", "\n    mode: learn"} {
			p, ds := Parse("test.yaml", []byte(s+mode), testVocabulary(), testSource(t))
			if p == nil {
				t.Fatal(ds)
			}
			act := &sallyport.Statement{Kind: "load", Kinds: []string{"load"}, Writes: true, Infile: true, Database: "shop",
				Tables: []sallyport.TableUse{{Name: "users", Write: true}}}
			c := sallyport.Crossing{App: "shop", Door: "db", Act: act,
				From: sallyport.Party{Kind: sallyport.AppParty, Name: "shop", Proof: sallyport.ProofPassword}}
			grant, _ := p.Match(&c)
			if v := p.Decide(&c, grant); v.Reason().Code != tt.want {
				t.Errorf("%s, %s: %v, want %v", tt.key, tt.statements, v.Reason(), tt.want)
			}
		}
	}
}
