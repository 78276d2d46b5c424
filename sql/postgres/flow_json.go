package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// json adds an expression of the SQL/JSON standard, and reports whether it was
// one. use is that of what is put into JSON or taken out of it.
func (f *flow) json(e *sql.Expr, n *pg.Node, use sql.Use) bool {
	switch x := n.GetNode().(type) {
	case *pg.Node_JsonValueExpr:
		f.jsonValue(e, x.JsonValueExpr, use)
	case *pg.Node_JsonKeyValue:
		f.jsonPair(e, x.JsonKeyValue, use)
	case *pg.Node_JsonArgument:
		f.jsonValue(e, x.JsonArgument.Val, use)
	case *pg.Node_JsonBehavior:
		f.jsonBehavior(e, use, x.JsonBehavior)
	case *pg.Node_JsonParseExpr:
		f.jsonValue(e, x.JsonParseExpr.Expr, use)
	case *pg.Node_JsonScalarExpr:
		f.into(e, x.JsonScalarExpr.Expr, use)
	case *pg.Node_JsonSerializeExpr:
		f.jsonValue(e, x.JsonSerializeExpr.Expr, use)
	case *pg.Node_JsonIsPredicate:
		f.into(e, x.JsonIsPredicate.Expr, sql.UseTest)
	case *pg.Node_JsonObjectConstructor:
		f.all(e, x.JsonObjectConstructor.Exprs, use)
	case *pg.Node_JsonArrayConstructor:
		f.all(e, x.JsonArrayConstructor.Exprs, use)
	case *pg.Node_JsonArrayQueryConstructor:
		q := f.statement(x.JsonArrayQueryConstructor.Query)
		if q == nil {
			q = &sql.Query{Opaque: "a subquery that is not understood"}
		}
		e.Queries = append(e.Queries, sql.Subquery{Query: q, Use: use})
	case *pg.Node_JsonObjectAgg:
		f.jsonPair(e, x.JsonObjectAgg.Arg, use)
		f.jsonAggregate(e, x.JsonObjectAgg.Constructor, use)
	case *pg.Node_JsonArrayAgg:
		f.jsonValue(e, x.JsonArrayAgg.Arg, use)
		f.jsonAggregate(e, x.JsonArrayAgg.Constructor, use)
	case *pg.Node_JsonFuncExpr:
		f.jsonValue(e, x.JsonFuncExpr.ContextItem, use)
		f.into(e, x.JsonFuncExpr.Pathspec, use)
		f.all(e, x.JsonFuncExpr.Passing, use)
		f.jsonBehavior(e, use, x.JsonFuncExpr.OnEmpty, x.JsonFuncExpr.OnError)
	default:
		return false
	}
	return true
}

func (f *flow) jsonValue(e *sql.Expr, v *pg.JsonValueExpr, use sql.Use) {
	f.into(e, v.GetRawExpr(), use)
	f.into(e, v.GetFormattedExpr(), use)
}

func (f *flow) jsonPair(e *sql.Expr, p *pg.JsonKeyValue, use sql.Use) {
	f.into(e, p.GetKey(), use)
	f.jsonValue(e, p.GetValue(), use)
}

// jsonBehavior adds the DEFAULTs of ON EMPTY and ON ERROR.
func (f *flow) jsonBehavior(e *sql.Expr, use sql.Use, list ...*pg.JsonBehavior) {
	for _, b := range list {
		f.into(e, b.GetExpr(), use)
	}
}

func (f *flow) jsonAggregate(e *sql.Expr, c *pg.JsonAggConstructor, use sql.Use) {
	f.into(e, c.GetAggFilter(), sql.UseTest)
	for _, s := range c.GetAggOrder() {
		f.into(e, s.GetSortBy().GetNode(), sql.UseTest)
	}
	f.over(e, c.GetOver(), use)
}
