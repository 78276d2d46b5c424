package mysqlgate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/sql"
)

func TestAnalyze(t *testing.T) {
	use := func(schema, name string, write bool) sallyport.TableUse {
		return sallyport.TableUse{Schema: schema, Name: name, Write: write}
	}
	for _, tc := range []struct {
		text string
		want sallyport.Statement
	}{
		{"SELECT name FROM colours WHERE id = ?", sallyport.Statement{Kind: "select", Kinds: []string{"select"}, Tables: []sallyport.TableUse{use("", "colours", false)}, Prepared: true, Params: 1}},
		{"INSERT INTO a.b SELECT * FROM c", sallyport.Statement{Kind: "insert", Kinds: []string{"insert", "select"}, Writes: true, Tables: []sallyport.TableUse{use("a", "b", true), use("", "c", false)}}},
		{"DROP DATABASE x", sallyport.Statement{Kind: "drop", Kinds: []string{"drop"}, Writes: true, Tables: []sallyport.TableUse{use("x", "*", true)}}},
		{"SHOW TABLES FROM x", sallyport.Statement{Kind: "show", Kinds: []string{"show"}, Tables: []sallyport.TableUse{use("x", "*", false)}}},
		{"USE x", sallyport.Statement{Kind: "use", Kinds: []string{"use"}}},
		{"USE home", sallyport.Statement{Kind: "use", Kinds: []string{"use"}, Session: true}},
		{"BEGIN", sallyport.Statement{Kind: "transaction", Kinds: []string{"transaction"}, Session: true}},
		{"SELECT @@version", sallyport.Statement{Kind: "select", Kinds: []string{"select"}, Session: true}},
		{"/* nothing */", sallyport.Statement{Kind: "do", Kinds: []string{"do"}, Session: true}},
		{"SELECT SLEEP(1)", sallyport.Statement{Kind: "select", Kinds: []string{"select"}, Dangers: []string{"time"}}},
		{"LOAD DATA LOCAL INFILE 'x' INTO TABLE t", sallyport.Statement{Kind: "load", Kinds: []string{"load"}, Writes: true, Infile: true, Tables: []sallyport.TableUse{use("", "t", true)}}},
		{"LOAD DATA INFILE 'x' INTO TABLE t", sallyport.Statement{Kind: "load", Kinds: []string{"load"}, Writes: true, Tables: []sallyport.TableUse{use("", "t", true)}, Dangers: []string{"file"}}},
		{"SELECT 1; SELECT 2", sallyport.Statement{Kind: "unknown", Kinds: []string{"unknown"}, Writes: true, Multi: true, Unparsed: "more than one statement"}},
		{"SELECT 'open", sallyport.Statement{Kind: "unknown", Writes: true, Unparsed: "?"}},
	} {
		got, err := Analyze(policy.Door{Database: "home"}, tc.text)
		if err != nil {
			t.Fatal(err)
		}
		seen := sallyport.Statement{Kind: got.Kind, Kinds: got.Kinds, Writes: got.Writes, Tables: got.Tables, Session: got.Session,
			Dangers: got.Dangers, Multi: got.Multi, Infile: got.Infile, Unparsed: got.Unparsed, Prepared: got.Prepared, Params: got.Params}
		if tc.want.Unparsed == "?" && seen.Unparsed != "" {
			seen.Unparsed = "?"
		}
		if diff := cmp.Diff(tc.want, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.text, diff)
		}
		if got.Protocol != "mysql" || got.Database != "home" {
			t.Errorf("%s: %s in %s", tc.text, got.Protocol, got.Database)
		}
	}
}

func TestRecordsAreBounded(t *testing.T) {
	a := newAnalyst(0)
	var act sallyport.Statement
	many := "SELECT " + strings.Repeat("`\"\"\"\"`+", 20_000) + "1"
	a.describe(&act, nil, []byte(many), &sql.Session{}, "")
	if len(act.Shape) > 6<<10+100 || !strings.Contains(act.Shape, "sha256:") || act.Unparsed != "" {
		t.Errorf("the shape has %d bytes; %s", len(act.Shape), act.Unparsed)
	}
	tables := "SELECT 1 FROM t0"
	for i := range 500 {
		tables += sprintf(", a_rather_long_name_of_a_table_%d", i)
	}
	a.describe(&act, nil, []byte(tables), &sql.Session{}, "")
	if act.Unparsed == "" {
		t.Error("a statement whose tables cannot be recorded is not refused")
	}
}

func TestMessages(t *testing.T) {
	id := sallyport.NewID(sallyport.ID{}.Time())
	why := sallyport.Reason{Code: sallyport.NoRule, At: sallyport.Position{File: "sallyport.yaml", Line: 37, Column: 1}, Note: strings.Repeat("ü", 600)}
	e := refusal(why, &sallyport.Statement{Tables: []sallyport.TableUse{{Name: "t"}}}, id)
	if len(e.Message) > exchanges.MaxMessage || !strings.HasPrefix(e.Message, "refused by sallyport: no-rule (sallyport.yaml:37): ü") || !strings.HasSuffix(e.Message, ", crossing "+id.String()) || e.Code != 1142 || e.State != "42000" {
		t.Errorf("%d %s: %s", e.Code, e.State, e.Message)
	}
	for _, code := range sallyport.ReasonCodes() {
		if e := refusal(sallyport.Reason{Code: code}, &sallyport.Statement{}, id); e.Code == 0 || len(e.State) != 5 {
			t.Errorf("%s has the error %d (%s)", code, e.Code, e.State)
		}
	}
}
