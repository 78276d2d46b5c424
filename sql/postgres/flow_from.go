package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// sources takes in a FROM clause, or USING of DELETE.
func (f *flow) sources(list []*pg.Node) {
	for _, n := range list {
		s := f.source(n)
		f.query.From = append(f.query.From, s)
	}
}

// source is one thing that rows come from.
func (f *flow) source(n *pg.Node) sql.Source {
	switch s := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		name := nameOf(s.RangeVar)
		return as(sql.Source{Table: &name}, s.RangeVar.Alias)
	case *pg.Node_RangeSubselect:
		q := f.statement(s.RangeSubselect.Subquery)
		if q == nil {
			q = &sql.Query{Opaque: "a derived table that was not understood"}
		}
		return as(sql.Source{Query: q, Lateral: s.RangeSubselect.Lateral}, s.RangeSubselect.Alias)
	case *pg.Node_JoinExpr:
		return f.join(s.JoinExpr)
	case *pg.Node_RangeTableSample:
		for _, a := range s.RangeTableSample.Args {
			f.test(a)
		}
		f.test(s.RangeTableSample.Repeatable)
		if method := strs(s.RangeTableSample.Method); len(method) != 1 || method[0] != "bernoulli" && method[0] != "system" {
			f.tested(sql.Expr{Opaque: "a method of sampling that is not native"})
		}
		return f.source(s.RangeTableSample.Relation)
	case *pg.Node_RangeFunction:
		return f.rangeFunction(s.RangeFunction)
	case *pg.Node_RangeTableFunc:
		return f.xmlTable(s.RangeTableFunc)
	case *pg.Node_JsonTable:
		return f.jsonTable(s.JsonTable)
	}
	f.fail("a source that was not understood")
	return sql.Source{Query: &sql.Query{Opaque: f.query.Opaque}}
}

func as(s sql.Source, a *pg.Alias) sql.Source {
	s.Alias, s.Columns = a.GetAliasname(), optional(strs(a.GetColnames()))
	return s
}

func (f *flow) join(n *pg.JoinExpr) sql.Source {
	j := &sql.Join{Left: f.source(n.Larg), Right: f.source(n.Rarg), Natural: n.IsNatural, Using: optional(strs(n.UsingClause))}
	if n.JoinUsingAlias != nil {
		f.fail("a name for what a join has in common")
	}
	if n.Quals != nil {
		on := f.expr(n.Quals, sql.UseTest)
		j.On = &on
	}
	s := sql.Source{Join: j}
	if n.Alias == nil {
		return s
	}
	// A join with a name hides the names in it, as a derived table does.
	inner := &sql.Query{From: []sql.Source{s}, Outputs: []sql.Output{{Star: true}}}
	return as(sql.Source{Query: inner, Lateral: true}, n.Alias)
}

// rangeFunction is a function in FROM. Where it is not certain which columns it
// has, none is said.
func (f *flow) rangeFunction(n *pg.RangeFunction) sql.Source {
	var e sql.Expr
	var columns []string
	certain := true
	alias := n.Alias.GetAliasname()
	for _, item := range n.Functions {
		parts := item.GetList().GetItems()
		if len(parts) == 0 {
			e.Opaque = "a function that was not understood"
			continue
		}
		f.into(&e, parts[0], sql.UseDerived)
		definitions := n.Coldeflist
		if len(parts) > 1 && len(parts[1].GetList().GetItems()) > 0 {
			definitions = parts[1].GetList().GetItems()
		}
		name, _ := f.figure(parts[0])
		if alias == "" && len(n.Functions) > 0 {
			alias = name
		}
		own := f.columnsOf(parts[0], definitions)
		switch {
		case own == nil:
			certain = false
		case len(own) == 1 && own[0] == "" && len(n.Functions) == 1:
			own[0] = alias
		case len(own) == 1 && own[0] == "":
			own[0] = name
		}
		columns = append(columns, own...)
	}
	if n.Ordinality {
		columns = append(columns, "ordinality")
	}
	given := strs(n.Alias.GetColnames())
	if !certain || len(given) > len(columns) {
		return sql.Source{Call: &e, Alias: alias}
	}
	copy(columns, given)
	return sql.Source{Call: &e, Alias: alias, Columns: columns}
}

func (f *flow) xmlTable(n *pg.RangeTableFunc) sql.Source {
	var e sql.Expr
	f.into(&e, n.Docexpr, sql.UseDerived)
	f.into(&e, n.Rowexpr, sql.UseDerived)
	f.all(&e, n.Namespaces, sql.UseDerived)
	var columns []string
	for _, c := range n.Columns {
		d := c.GetRangeTableFuncCol()
		if d == nil {
			e.Opaque = "a column that was not understood"
			continue
		}
		f.into(&e, d.Colexpr, sql.UseDerived)
		f.into(&e, d.Coldefexpr, sql.UseDerived)
		columns = append(columns, d.Colname)
	}
	return f.callOf(&e, "xmltable", columns, n.Alias)
}

func (f *flow) jsonTable(n *pg.JsonTable) sql.Source {
	var e sql.Expr
	f.jsonValue(&e, n.ContextItem, sql.UseDerived)
	f.into(&e, n.Pathspec.GetString_(), sql.UseDerived)
	f.all(&e, n.Passing, sql.UseDerived)
	f.jsonBehavior(&e, sql.UseDerived, n.OnError)
	return f.callOf(&e, "json_table", f.jsonColumns(&e, n.Columns), n.Alias)
}

// jsonColumns are the names of the columns: those of a level stand before what
// is nested in it.
func (f *flow) jsonColumns(e *sql.Expr, list []*pg.Node) []string {
	var names, nested []string
	for _, n := range list {
		c := n.GetJsonTableColumn()
		if c == nil {
			e.Opaque = "a column that was not understood"
			continue
		}
		f.into(e, c.Pathspec.GetString_(), sql.UseDerived)
		f.jsonBehavior(e, sql.UseDerived, c.OnEmpty, c.OnError)
		if c.Coltype == pg.JsonTableColumnType_JTC_NESTED {
			nested = append(nested, f.jsonColumns(e, c.Columns)...)
			continue
		}
		names = append(names, c.Name)
	}
	return append(names, nested...)
}

// callOf is a source of the grammar's own, whose columns the text names. What it
// is made of decides how many rows it has.
func (f *flow) callOf(e *sql.Expr, name string, columns []string, a *pg.Alias) sql.Source {
	f.tested(f.within(*e, sql.UseTest))
	if a != nil {
		name = a.Aliasname
		if given := strs(a.Colnames); len(given) <= len(columns) {
			copy(columns, given)
		} else {
			columns = nil
		}
	}
	return sql.Source{Call: e, Alias: name, Columns: columns}
}
