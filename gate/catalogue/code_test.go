package catalogue

import (
	"testing"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// made is a catalogue with a table, and one of each sort of what runs stored code.
func made() *Snapshot {
	of := func(name string) sql.Name { return sql.Name{Schema: "public", Name: name} }
	text := sql.Name{Schema: "pg_catalog", Name: "text"}
	return NewSnapshot(&sql.Catalogue{
		Version: "1",
		Relations: []sql.Relation{
			{Schema: "public", Name: "plain", Kind: sql.RelationTable, Columns: []string{"a"}},
			{Schema: "public", Name: "hues", Kind: sql.RelationTable, Columns: []string{"h"}, Types: []sql.Name{of("hue")}},
			{Schema: "public", Name: "words", Kind: sql.RelationTable, Columns: []string{"w"}, Types: []sql.Name{of("word")}},
			{Schema: "public", Name: "tints", Kind: sql.RelationTable, Columns: []string{"t"}, Types: []sql.Name{of("tint")}},
		},
		Code: sql.Code{
			Types:   []sql.MadeType{{Name: of("hue")}, {Name: of("word"), Checks: true}, {Name: of("grade"), Runs: true}, {Name: of("tint")}},
			Holders: []sql.Holder{{OID: 100, Name: "hue", Of: of("hue")}, {OID: 101, Name: "_hue", Of: of("hue")}, {OID: 102, Name: "word", Of: of("word")}, {OID: 103, Name: "grade", Of: of("grade")}, {OID: 104, Name: "tint", Of: of("tint")}},
			Operators: []sql.MadeOperator{
				{Schema: "public", Name: "=", Types: []sql.Name{of("hue")}}, {Schema: "public", Name: "@@@", Prefix: true},
				{Schema: "public", Name: "===", Types: []sql.Name{of("hue")}, Alone: true},
			},
			Casts: []sql.MadeCast{
				{From: of("hue"), To: text, Assigned: true, Runs: true}, {From: of("tint"), To: text, Implicit: true, Runs: true},
				{From: sql.Name{Schema: "pg_catalog", Name: "int4"}, To: of("hue"), Runs: true},
			},
		},
	}, lineage.Options{})
}

func TestUnnamedCode(t *testing.T) {
	operators := func(list ...sql.OperatorName) sql.Analysis { return sql.Analysis{Operators: list} }
	of := func(table string, a sql.Analysis) sql.Analysis {
		a.Tables = []sql.Table{{Schema: "public", Name: table, Access: sql.Read}}
		a.Query = &sql.Query{}
		return a
	}
	types := func(names ...string) sql.Analysis {
		var a sql.Analysis
		for _, n := range names {
			a.Types = append(a.Types, sql.Name{Name: n})
		}
		return a
	}
	writes := func(a sql.Analysis) sql.Analysis { a.Kinds = []sql.Kind{sql.KindInsert}; return a }
	for name, tt := range map[string]struct {
		a     sql.Analysis
		given []uint32
		code  bool
	}{
		"nothing":                        {a: of("plain", operators())},
		"a native operator":              {a: of("plain", operators(sql.OperatorName{Name: "="}))},
		"an operator of its type":        {a: of("hues", operators(sql.OperatorName{Name: "="})), code: true},
		"in another schema":              {a: of("hues", operators(sql.OperatorName{Schema: "pg_catalog", Name: "="}))},
		"a prefix":                       {a: operators(sql.OperatorName{Name: "@@@", Prefix: true}), code: true},
		"no prefix":                      {a: operators(sql.OperatorName{Name: "@@@"})},
		"a name that is its alone":       {a: operators(sql.OperatorName{Name: "==="}), code: true},
		"a cast that is written":         {a: types("hue"), code: true},
		"an array of it":                 {a: types("hue"), code: true},
		"a parameter of it":              {a: operators(sql.OperatorName{Name: "="}), given: []uint32{101}, code: true},
		"a parameter of another":         {a: operators(sql.OperatorName{Name: "="}), given: []uint32{99}},
		"a type that runs code":          {a: types("grade"), code: true},
		"a parameter that runs code":     {given: []uint32{103}, code: true},
		"a domain that is read":          {a: of("words", operators())},
		"a domain that is written":       {a: writes(of("words", operators())), code: true},
		"a domain that is cast to":       {a: types("word"), code: true},
		"a parameter of a domain":        {given: []uint32{102}, code: true},
		"an implicit cast":               {a: of("tints", operators()), code: true},
		"an assignment cast, reading":    {a: of("hues", operators())},
		"an assignment cast, writing":    {a: writes(of("hues", operators())), code: true},
		"a cast by a function's name":    {a: sql.Analysis{Functions: []string{"public.hue"}}, code: true},
		"what functions show":            {a: of("hues", sql.Analysis{Functions: []string{"to_json"}}), code: true},
		"functions of other values":      {a: of("plain", sql.Analysis{Functions: []string{"to_json"}})},
		"a type of the server's own":     {a: of("plain", types("int4"))},
		"a domain over what is cast to":  {a: of("hues", types("other")), code: true},
		"the same where no value can be": {a: of("plain", types("other"))},
	} {
		l := made().Lineage(&tt.a, []string{"public"}, tt.given...)
		if l.Code != tt.code || l.Code == l.Known || l.Code && l.Named {
			t.Errorf("%s: code %v, known %v, named %v (%s)", name, l.Code, l.Known, l.Named, l.Unknown)
		}
	}
}
