package postgres

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// call walks a function call.
func (w *walker) call(n *pg.FuncCall) {
	parts := strs(n.Funcname)
	if n.Funcformat == pg.CoercionForm_COERCE_SQL_SYNTAX && len(parts) == 2 && parts[0] == "pg_catalog" {
		parts = parts[1:] // EXTRACT, TRIM, AT TIME ZONE: nobody wrote the schema
		w.native(parts[0])
	} else {
		w.qualified(parts)
	}
	if len(parts) > 0 && (len(parts) == 1 || parts[len(parts)-2] == "pg_catalog") {
		w.arguments(parts[len(parts)-1], n.Args)
	}
	if n.AggDistinct {
		w.grouped()
	}
	w.nodeList(n.Args, n.AggOrder)
	w.node(n.AggFilter)
	w.child(n.Over)
}

// qualified notes a function by its name as it is written.
//
// What is not native to the server runs code that nobody reads here: a stored
// function, or one of an extension. So does what stands in a schema of its own,
// and the server looks into that schema for it.
func (w *walker) qualified(parts []string) {
	switch n := len(parts); n {
	case 1:
		w.function("", parts[0])
	case 2, 3:
		w.function(parts[n-2], parts[n-1])
	default:
		w.fail("a function by a name that is not understood")
	}
}

// function notes a function, in the schema that is written before it.
func (w *walker) function(schema, name string) {
	full := strings.ToLower(name)
	if schema != "" {
		full = strings.ToLower(schema) + "." + full
	}
	w.list(full)
	if (schema == "" || schema == "pg_catalog") && isNative(name, w.major) {
		w.danger(name)
		return
	}
	addDanger(w.a, sql.DangerStoredCode)
	if schema != "pg_catalog" {
		w.schema(schema)
	}
	w.danger(strings.ToLower(name))
}

// native notes a function of the grammar.
func (w *walker) native(name string) { w.list(name) }

func (w *walker) list(full string) {
	if w.first('f', full) {
		w.a.Functions = append(w.a.Functions, full)
	}
}

// danger notes what a function does beyond computing.
func (w *walker) danger(name string) {
	for _, d := range dangersOf(name) {
		addDanger(w.a, d)
	}
}

// arguments takes in what the arguments of a native function name.
func (w *walker) arguments(name string, args []*pg.Node) {
	switch {
	case numbers[name]:
		access := sql.Read
		if name != "currval" {
			// As an INSERT into the table that it numbers would.
			w.kind(sql.KindInsert)
			access |= sql.Write
		}
		s, ok := "", false
		if len(args) > 0 {
			s, ok = constant(args[0])
		}
		if !ok {
			w.fail("%s of a sequence that is not named", name)
			return
		}
		w.written(s, access)
	case name == "set_config":
		w.setConfig(args)
	case strings.HasPrefix(name, "table_to_xml"):
		if len(args) > 0 {
			if s, ok := constant(args[0]); ok {
				w.written(s, sql.Read)
			}
		}
	case largeObjectReads[name]:
		w.addTable("pg_catalog", "pg_largeobject", sql.Read)
	case largeObjectWrites[name]:
		w.kind(sql.KindUpdate)
		w.addTable("pg_catalog", "pg_largeobject", sql.Read|sql.Write)
	}
}

// splitName reads a name as it stands in a string: a."B", folded as the server
// does. It returns nil for what is none.
func splitName(s string) []string {
	var parts []string
	for {
		var part string
		if strings.HasPrefix(s, `"`) {
			end := strings.IndexByte(s[1:], '"')
			if end < 1 {
				return nil
			}
			part, s = s[1:1+end], s[end+2:]
		} else {
			n := 0
			for n < len(s) && classes[s[n]]&classIdent != 0 {
				n++
			}
			part, s = strings.Map(lowerASCII, s[:n]), s[n:]
		}
		if part == "" || len(part) > maxName {
			return nil
		}
		if parts = append(parts, part); s == "" {
			return parts
		}
		if s[0] != '.' {
			return nil
		}
		s = s[1:]
	}
}

func lowerASCII(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r | 0x20
	}
	return r
}
