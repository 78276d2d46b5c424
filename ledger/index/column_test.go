package index

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// TestColumnsByName reads a file as other programs do, by the names of its
// columns: each holds what its name says and nothing else.
func TestColumnsByName(t *testing.T) {
	e := ledger.Entry{
		Type: "type", ID: sallyport.ID{1}, Session: sallyport.ID{2}, Cause: ledger.Cause{ID: sallyport.ID{3}, How: "cause_how"},
		Time: time.Unix(0, 101), Nanos: 102, App: "app", Door: "door",
		From: ledger.Peer{Kind: "from_kind", Name: "from_name", Addr: "from_addr", Proof: "from_proof", TLS: "from_tls"},
		To:   ledger.Peer{Kind: "to_kind", Name: "to_name", Addr: "to_addr", Proof: "no column", TLS: "no column"},
		Act: ledger.Act{
			Kind: "http", Dir: "dir", Verb: "verb", Kinds: []string{"verbs"}, What: "route", Rest: "no column", Host: "host", Proto: "proto",
			Media: "media", Tables: []string{"tables"}, Writes: []string{"writes"}, Columns: []ledger.Column{{Table: "columns", Name: "name", Use: "no column"}}, Danger: []string{"dangers"}, Prepared: true, Varies: true, Params: 109, Affected: 110, Status: 103, Error: "error",
		},
		In: ledger.Flow{Bytes: 104, Rows: 106, Classes: []string{"in_classes"}}, Out: ledger.Flow{Bytes: 105, Rows: 107, Classes: []string{"out_classes"}},
		Finds:  []ledger.Find{{By: "no column", Code: "findings", Where: "no column", Class: "found_classes"}},
		Effect: "verdict", Would: "would", Policy: "policy", Count: 108, Note: "note",
		Reasons: []ledger.Reason{{Code: "reasons", At: "rules", Path: "rule_paths", Note: "no column"}},
		Masks:   []ledger.Mask{{Where: "masks", Masker: "no column"}},
	}
	want := map[string]string{
		"index": "7", "id": e.ID.String(), "session": e.Session.String(), "cause": e.Cause.ID.String(), "prepared": "yes", "varies": "yes", "act": "http",
		"time": "101", "ns": "102", "status": "103", "in_bytes": "104", "out_bytes": "105", "in_rows": "106", "out_rows": "107",
		"count": "108", "columns": "columns.name", "params": "109", "affected": "110", "shape": "", "what": "",
	}
	for _, text := range []string{
		"type", "cause_how", "app", "door", "from_name", "from_kind", "from_addr", "from_proof", "from_tls", "to_name", "to_kind", "to_addr",
		"dir", "verb", "route", "host", "proto", "media", "verdict", "would", "error", "policy", "note",
		"verbs", "tables", "writes", "dangers", "in_classes", "out_classes", "found_classes", "findings", "reasons", "rules", "rule_paths", "masks",
	} {
		want[text] = text
	}
	if diff := cmp.Diff(want, byName(t, &e)); diff != "" {
		t.Errorf("of a request (-want +got):\n%s", diff)
	}
	for kind, column := range map[string]string{"sql": "shape", "mail": "what"} {
		e.Act.Kind, e.Act.What = kind, column
		want["act"], want["route"], want["shape"], want["what"] = kind, "", "", ""
		want[column] = column
		if diff := cmp.Diff(want, byName(t, &e)); diff != "" {
			t.Errorf("of %s (-want +got):\n%s", kind, diff)
		}
	}
}

// byName is the values of an entry in a file of its own.
func byName(t *testing.T, e *ledger.Entry) map[string]string {
	t.Helper()
	table := newTable(7)
	table.add(e)
	var file bytes.Buffer
	if err := encode(&file, table); err != nil {
		t.Fatal(err)
	}
	r := parquet.NewReader(bytes.NewReader(file.Bytes()))
	rows := make([]parquet.Row, 2)
	n, err := r.ReadRows(rows)
	if n != 1 || !errors.Is(err, io.EOF) {
		t.Fatalf("%d rows: %v", n, err)
	}
	values := map[string]string{}
	for i, path := range r.Schema().Columns() {
		switch v := rows[0][i]; v.Kind() {
		case parquet.Int64:
			values[path[0]] = strconv.FormatInt(v.Int64(), 10)
		case parquet.FixedLenByteArray:
			values[path[0]] = sallyport.ID(v.ByteArray()).String()
		default:
			values[path[0]] = string(v.ByteArray())
		}
	}
	return values
}
