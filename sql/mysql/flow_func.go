package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// argument says what a function does with an argument.
type argument uint8

const (
	computed argument = iota // with others, into something else
	chosen                   // may come out as it is
	weighed                  // is compared with the others, and may come out as it is
	asked                    // decides which of the others comes out
)

// choosers are the functions of which a value comes out as it is stored, with
// what they do with their arguments; the last word holds for the rest.
var choosers = map[string][]argument{
	"coalesce": {chosen}, "ifnull": {chosen}, "nvl": {chosen}, "any_value": {chosen},
	"if": {asked, chosen}, "nvl2": {asked, chosen}, "elt": {asked, chosen},
	"nullif": {weighed, asked}, "greatest": {weighed}, "least": {weighed}, "max": {weighed}, "min": {weighed},
	"name_const": {asked, chosen}, "last_value": {chosen}, "first_value": {chosen},
	"lag": {chosen, asked, chosen}, "lead": {chosen, asked, chosen}, "nth_value": {chosen, asked},
}

// arguments adds the arguments of a function by what it does with them.
func (b *flow) arguments(e *sql.Expr, name string, args []ast.ExprNode, u use) {
	does := choosers[name]
	for i, n := range args {
		what := computed
		if len(does) > 0 {
			what = does[min(i, len(does)-1)]
		}
		switch what {
		case chosen:
			b.add(e, n, u.picked())
		case weighed:
			v := u.picked()
			v.compared = true
			b.add(e, n, v)
		case asked:
			b.add(e, n, tested)
		default:
			b.add(e, n, u.derived())
		}
	}
}

// call adds a function call.
func (b *flow) call(e *sql.Expr, n *ast.FuncCallExpr, u use) {
	name := grammarName(strings.ToLower(n.FnName.O))
	args := n.Args
	switch {
	case n.FnName.O == jsonTableCall:
	case n.Schema.O != "" || !isNative(name, b.flags):
		unknown(e, "what a stored function does")
	case functionDangers[name] != sql.DangerNone:
		// What is waited for and locked can be noticed, in other sessions too.
		unknown(e, "a function that does more than compute")
	case sequences[name] && len(args) > 0:
		args = args[1:] // the sequence, whose numbers are the server's own
	}
	if name == "last_insert_id" && len(args) == 1 || name == "setval" {
		b.leaves(args, sql.UseDerived)
	}
	b.arguments(e, name, args, u)
}

// sequences are the functions whose first argument is a sequence.
var sequences = map[string]bool{"nextval": true, "lastval": true, "setval": true}

// aggregate adds an aggregate function. Of what is counted only the presence
// comes out, unless equal values count once.
func (b *flow) aggregate(e *sql.Expr, n *ast.AggregateFuncExpr, u use) {
	name := strings.ToLower(n.F)
	switch {
	case name != ast.AggFuncCount:
		b.arguments(e, name, n.Args, u)
	case n.Distinct:
		b.all(e, n.Args, tested)
	default:
		b.all(e, n.Args, use{as: sql.UseNothing})
	}
	if n.Order != nil {
		b.items(e, n.Order.Items, tested)
	}
}

// overWindow adds a window function. What it is over is in its value, and is
// tested.
func (b *flow) overWindow(e *sql.Expr, n *ast.WindowFuncExpr, u use) {
	if !b.spend(1) {
		return
	}
	name := strings.ToLower(n.Name)
	if name == ast.AggFuncCount && !n.Distinct {
		b.all(e, n.Args, use{as: sql.UseNothing})
	} else {
		b.arguments(e, name, n.Args, u)
	}
	b.windowTests(&n.Spec)
	spec := &n.Spec
	for range len(b.windows) + 1 {
		b.window(e, spec, u.derived())
		ref := spec.Ref.L
		if spec.OnlyAlias {
			ref = spec.Name.L
		}
		if ref == "" {
			return
		}
		if spec = b.windowNamed(ref); spec == nil {
			break
		}
	}
	unknown(e, "a window that is not among the named ones")
}

// windowNamed is a window of the SELECT's WINDOW clause, nil for none.
func (b *flow) windowNamed(name string) *ast.WindowSpec {
	for i := range b.windows {
		if b.windows[i].Name.L == name && b.spend(1) {
			return &b.windows[i]
		}
	}
	return nil
}

// window adds what a window is made of.
func (b *flow) window(e *sql.Expr, n *ast.WindowSpec, u use) {
	if n.PartitionBy != nil {
		b.items(e, n.PartitionBy.Items, u)
	}
	if n.OrderBy != nil {
		b.items(e, n.OrderBy.Items, u)
	}
	if n.Frame != nil {
		b.add(e, n.Frame.Extent.Start.Expr, tested)
		b.add(e, n.Frame.Extent.End.Expr, tested)
	}
}

// windowTests notes what a window is made of as tests. MariaDB takes names in it
// for outputs' too.
func (b *flow) windowTests(n *ast.WindowSpec) {
	var e sql.Expr
	b.window(&e, n, tested)
	b.decide(e, true)
}

// items adds what rows are ordered or parted by inside of an expression, where a
// position means no output.
func (b *flow) items(e *sql.Expr, items []*ast.ByItem, u use) {
	for _, item := range items {
		if _, ok := item.Expr.(*ast.PositionExpr); !ok {
			b.add(e, item.Expr, u)
		}
	}
}
