package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// maxParts is how many references, sources, outputs and subqueries a query may
// have: as many as lineage follows. It bounds what a name that stands for many
// others, as that of a window does, can be made to come to.
const maxParts = 1 << 16

// flow builds the sql.Query of a statement. It says of what it does not know that
// it is opaque.
type flow struct {
	flags byte // of the key
	left  int  // parts that there may still be
	// q is the SELECT, or the statement, that expressions are in now, and windows
	// the windows that it names.
	q       *sql.Query
	windows []ast.WindowSpec
	// expressions are the names of the common table expressions in sight, the
	// nearest last, and folded the same by their names in lower case.
	expressions []string
	folded      map[string][]string
	// fresh is what VALUES(column) means in an ON DUPLICATE KEY UPDATE, nil
	// elsewhere.
	fresh *fresh
	// given holds the user variables, in lower case, that LOAD DATA fills itself.
	given map[string]bool
}

// queryOf is what a statement computes and writes: nil for one that does neither.
// returning is the list behind RETURNING, nil for none.
func queryOf(stmt ast.StmtNode, returning *ast.FieldList, flags byte) *sql.Query {
	b := &flow{flags: flags, left: maxParts}
	q := b.statement(stmt)
	if q != nil && returning != nil {
		b.returning(q, returning)
	}
	if b.left < 0 {
		return opaque("it has more parts than are followed")
	}
	return q
}

func opaque(why string) *sql.Query { return &sql.Query{Opaque: why} }

// spend counts parts and reports whether there may be so many.
func (b *flow) spend(n int) bool {
	b.left -= n
	return b.left >= 0
}

// in runs f with q as the query that expressions are in.
func (b *flow) in(q *sql.Query, windows []ast.WindowSpec, f func()) {
	outer, around, sight := b.q, b.windows, len(b.expressions)
	b.q, b.windows = q, windows
	f()
	b.q, b.windows = outer, around
	for _, name := range b.expressions[sight:] {
		low := strings.ToLower(name)
		b.folded[low] = b.folded[low][:len(b.folded[low])-1]
	}
	b.expressions = b.expressions[:sight]
}

// statement is what a whole statement computes and writes.
func (b *flow) statement(stmt ast.StmtNode) *sql.Query {
	switch n := stmt.(type) {
	case *ast.SelectStmt:
		q := b.selection(n)
		if n.SelectIntoOpt != nil {
			return elsewhere(q)
		}
		return q
	case *ast.SetOprStmt:
		return b.union(n)
	case *ast.InsertStmt:
		return b.insert(n)
	case *ast.UpdateStmt:
		return b.update(n)
	case *ast.DeleteStmt:
		return b.delete(n)
	case *ast.LoadDataStmt:
		return b.load(n)
	case *ast.CreateTableStmt:
		return b.createTable(n)
	case *ast.CreateViewStmt:
		return b.createView(n)
	case *ast.ExplainStmt:
		if _, ok := n.Stmt.(*ast.ShowStmt); ok {
			return nil
		}
		return b.statement(n.Stmt)
	case *ast.CallStmt:
		q := opaque("what a procedure does")
		b.in(q, nil, func() { b.leaves(n.Procedure.Args, sql.UseValue) })
		return q
	case *ast.SetStmt:
		q := &sql.Query{}
		b.in(q, nil, func() {
			for _, v := range n.Variables {
				if !names(v) {
					b.leaves([]ast.ExprNode{v.Value}, sql.UseValue)
				}
			}
		})
		return q
	case *ast.DoStmt:
		// What is computed is thrown away, and what it is can be noticed.
		q := &sql.Query{}
		b.in(q, nil, func() {
			for _, e := range n.Exprs {
				b.test(e, false)
			}
		})
		return q
	}
	return nil
}

// names reports whether the value of a SET is a bare word, which the grammar takes
// for a column: SET sql_mode = traditional.
func names(v *ast.VariableAssignment) bool {
	c, ok := v.Value.(*ast.ColumnNameExpr)
	return ok && v.IsSystem && c.Name.Table.O == ""
}

// elsewhere is a query of which nothing comes out: it goes into a file, or into
// user variables.
func elsewhere(q *sql.Query) *sql.Query {
	return &sql.Query{Leaves: []sql.Expr{{Queries: []sql.Subquery{{Query: q, Use: sql.UseValue}}}}}
}

// leaves notes what goes elsewhere than into the result.
func (b *flow) leaves(list []ast.ExprNode, as sql.Use) {
	for _, n := range list {
		b.leave(b.expr(n, as))
	}
}

func (b *flow) leave(e sql.Expr) {
	if !empty(&e) {
		b.q.Leaves = append(b.q.Leaves, e)
	}
}

// empty reports whether an expression hangs on nothing that is stored.
func empty(e *sql.Expr) bool { return len(e.Refs) == 0 && len(e.Queries) == 0 && e.Opaque == "" }

// test notes what an expression that decides about rows hangs on. outputs is set
// where a name may be an output's.
func (b *flow) test(n ast.ExprNode, outputs bool) {
	if n != nil {
		b.decide(b.expr(n, sql.UseTest), outputs)
	}
}

func (b *flow) decide(e sql.Expr, outputs bool) {
	if !empty(&e) {
		b.q.Tests = append(b.q.Tests, sql.Test{Expr: e, Outputs: outputs})
	}
}

// relation is a table as a statement names it. The server finds the names of
// information_schema in any case, so they are in one here.
func relation(n *ast.TableName) sql.Name {
	return canonical(n.Schema.O, n.Name.O)
}

func canonical(schema, name string) sql.Name {
	if strings.EqualFold(schema, informationSchema) {
		return sql.Name{Schema: informationSchema, Name: strings.ToUpper(name)}
	}
	return sql.Name{Schema: schema, Name: name}
}

const informationSchema = "information_schema"
