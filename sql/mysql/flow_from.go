package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// from lists what stands in a FROM. The grammar makes a chain of pairs of a list
// with commas: it is a list again.
func (b *flow) from(n ast.ResultSetNode) []sql.Source {
	var right []ast.ResultSetNode // from the right
	for {
		j, ok := n.(*ast.Join)
		if !ok || j.On != nil || j.NaturalJoin || len(j.Using) > 0 {
			break
		}
		if j.Right != nil {
			right = append(right, j.Right)
		}
		n = j.Left
	}
	list := []sql.Source{b.source(n)}
	for i := len(right) - 1; i >= 0; i-- {
		list = append(list, b.source(right[i]))
	}
	return list
}

// source is one thing that rows come from.
func (b *flow) source(n ast.ResultSetNode) sql.Source {
	if !b.spend(1) {
		return sql.Source{}
	}
	switch n := n.(type) {
	case *ast.TableName:
		return b.table(n, "")
	case *ast.TableSource:
		switch t := n.Source.(type) {
		case *ast.Join:
			return b.source(t)
		case *ast.TableName:
			return b.table(t, n.AsName.O)
		}
		return sql.Source{Query: b.result(n.Source), Alias: n.AsName.O, Lateral: n.Lateral, Columns: originals(n.ColumnNames)}
	case *ast.Join:
		return b.join(n)
	}
	return sql.Source{Query: opaque("a source of an unknown form")}
}

// byPartition is why nothing is known of a statement that names partitions: which
// rows are in one hangs on values, by a key that no text tells.
const byPartition = "which partition a row is in tells of its values"

// table is a table, a view or a common table expression. MariaDB finds the last in
// any case; of other servers it depends on how they store names.
func (b *flow) table(n *ast.TableName, alias string) sql.Source {
	if len(n.PartitionNames) > 0 {
		return sql.Source{Query: opaque(byPartition), Alias: alias}
	}
	if n.AsOf != nil {
		b.test(n.AsOf.TsExpr, false)
	}
	name := relation(n)
	seen := b.folded[strings.ToLower(name.Name)]
	if name.Schema != "" || len(seen) == 0 || seen[len(seen)-1] == name.Name {
		return sql.Source{Table: &name, Alias: alias}
	}
	if b.flags&keyMariaDB == 0 {
		return sql.Source{Query: opaque("a table whose name a common table expression has in another case"), Alias: alias}
	}
	if alias == "" {
		alias = name.Name
	}
	name.Name = seen[len(seen)-1]
	return sql.Source{Table: &name, Alias: alias}
}

// join is two sources side by side. Servers turn a RIGHT JOIN round before they
// say which columns NATURAL and USING put first.
func (b *flow) join(n *ast.Join) sql.Source {
	if n.Right == nil {
		return b.source(n.Left)
	}
	j := &sql.Join{Left: b.source(n.Left), Right: b.source(n.Right), Natural: n.NaturalJoin}
	for _, c := range n.Using {
		j.Using = append(j.Using, c.Name.O)
	}
	if n.On != nil {
		on := b.expr(n.On.Expr, sql.UseTest)
		j.On = &on
	}
	if n.Tp == ast.RightJoin && (j.Natural || len(j.Using) > 0) {
		j.Left, j.Right = j.Right, j.Left
	}
	return sql.Source{Join: j}
}
