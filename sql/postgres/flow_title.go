package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// How much a name says that the server takes for a column: a weak one gives way
// to any that is better.
const (
	noTitle = iota
	weakTitle
	goodTitle
)

// title is the name that the server gives to a column without an alias.
func (f *flow) title(n *pg.Node) string {
	if name, strength := f.figure(n); strength != noTitle {
		return name
	}
	return "?column?"
}

// figure is the name that an expression suggests, after the server's
// FigureColname.
func (f *flow) figure(n *pg.Node) (name string, strength int) {
	switch x := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		return lastName(x.ColumnRef.Fields)
	case *pg.Node_AIndirection:
		if name, strength = lastName(x.AIndirection.Indirection); strength == noTitle {
			return f.figure(x.AIndirection.Arg)
		}
		return name, strength
	case *pg.Node_FuncCall:
		name, strength = lastName(x.FuncCall.Funcname)
		if name == "extract" && f.major > 0 && f.major < 14 && x.FuncCall.Funcformat == pg.CoercionForm_COERCE_SQL_SYNTAX {
			name = "date_part" // what EXTRACT was made of
		}
		return name, strength
	case *pg.Node_AExpr:
		if x.AExpr.Kind == pg.A_Expr_Kind_AEXPR_NULLIF {
			return "nullif", goodTitle
		}
	case *pg.Node_TypeCast:
		if name, strength = f.figure(x.TypeCast.Arg); strength <= weakTitle {
			if cast, ok := lastName(x.TypeCast.GetTypeName().GetNames()); ok != noTitle {
				return cast, weakTitle
			}
		}
		return name, strength
	case *pg.Node_CollateClause:
		return f.figure(x.CollateClause.Arg)
	case *pg.Node_SubLink:
		return f.figureSubquery(x.SubLink)
	case *pg.Node_CaseExpr:
		if name, strength = f.figure(x.CaseExpr.Defresult); strength <= weakTitle {
			return "case", weakTitle
		}
		return name, strength
	case *pg.Node_SqlvalueFunction:
		return valueFunctions[x.SqlvalueFunction.Op], goodTitle
	case *pg.Node_XmlExpr:
		if x.XmlExpr.Op != pg.XmlExprOp_IS_DOCUMENT {
			return xmlFunctions[x.XmlExpr.Op], goodTitle
		}
	case *pg.Node_MinMaxExpr:
		if x.MinMaxExpr.Op == pg.MinMaxOp_IS_LEAST {
			return "least", goodTitle
		}
		return "greatest", goodTitle
	case *pg.Node_JsonFuncExpr:
		return jsonFunctions[x.JsonFuncExpr.Op], goodTitle
	default:
		if name = fixedTitle(n); name != "" {
			return name, goodTitle
		}
	}
	return "", noTitle
}

// fixedTitle is the name of an expression that has but one.
func fixedTitle(n *pg.Node) string {
	switch n.GetNode().(type) {
	case *pg.Node_GroupingFunc:
		return "grouping"
	case *pg.Node_MergeSupportFunc:
		return "merge_action"
	case *pg.Node_AArrayExpr:
		return "array"
	case *pg.Node_RowExpr:
		return "row"
	case *pg.Node_CoalesceExpr:
		return "coalesce"
	case *pg.Node_XmlSerialize:
		return "xmlserialize"
	case *pg.Node_JsonParseExpr:
		return "json"
	case *pg.Node_JsonScalarExpr:
		return "json_scalar"
	case *pg.Node_JsonSerializeExpr:
		return "json_serialize"
	case *pg.Node_JsonObjectConstructor:
		return "json_object"
	case *pg.Node_JsonArrayConstructor, *pg.Node_JsonArrayQueryConstructor:
		return "json_array"
	case *pg.Node_JsonObjectAgg:
		return "json_objectagg"
	case *pg.Node_JsonArrayAgg:
		return "json_arrayagg"
	}
	return ""
}

// figureSubquery is the name of a scalar subquery's one column.
func (f *flow) figureSubquery(n *pg.SubLink) (string, int) {
	switch n.SubLinkType {
	case pg.SubLinkType_EXISTS_SUBLINK:
		return "exists", goodTitle
	case pg.SubLinkType_ARRAY_SUBLINK:
		return "array", goodTitle
	case pg.SubLinkType_EXPR_SUBLINK:
	default:
		return "", noTitle
	}
	s := n.Subselect.GetSelectStmt()
	for s.GetLarg() != nil {
		s = s.Larg
	}
	if len(s.GetValuesLists()) > 0 {
		return "column1", goodTitle
	}
	if len(s.GetTargetList()) == 0 {
		return "", noTitle
	}
	t := s.TargetList[0].GetResTarget()
	if name := t.GetName(); name != "" {
		return name, goodTitle
	}
	if ref := t.GetVal().GetColumnRef(); ref != nil && reference(ref).Name == "" {
		return "", goodTitle // of `*`: whatever its one column is called
	}
	return f.title(t.GetVal()), goodTitle
}

// lastName is the last of a list of names, behind which a star or subscripts may
// stand.
func lastName(list []*pg.Node) (string, int) {
	for i := len(list) - 1; i >= 0; i-- {
		if s := list[i].GetString_(); s != nil {
			return s.Sval, goodTitle
		}
	}
	return "", noTitle
}
