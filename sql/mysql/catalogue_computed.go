package mysql

import (
	"regexp"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// plainDefault is a default that surely names no column, as most are.
var plainDefault = regexp.MustCompile(`(?i)^(null|current_timestamp(\([0-6]?\))?|-?[0-9.]+|'[^'\\]*')?$`)

// filled is the expression by which a server fills a column, as
// information_schema.COLUMNS has it: of a generated one, or a default that may
// name others. MySQL tells by EXTRA which defaults are expressions; MariaDB quotes
// those that are none. generated is set where there is one though it is not told.
func (c *CatalogueReader) filled(extra, value, generation string) (expression string, generated bool) {
	switch {
	case generation == "ROW START" || generation == "ROW END": // of a period
		return "", false
	case generation != "":
		return generation, true
	case strings.Contains(extra, "VIRTUAL GENERATED") || strings.Contains(extra, "STORED GENERATED"):
		return "", true
	case plainDefault.MatchString(value):
		return "", false
	case strings.Contains(c.session.Version, "MariaDB") || strings.Contains(extra, "DEFAULT_GENERATED"):
		return value, true
	}
	return "", false
}

// computed is those of a table's columns that the server computes from what is
// stored.
func (c *CatalogueReader) computed(columns []place) (list []sql.Computed) {
	for _, p := range columns {
		if !p.generated {
			continue
		}
		var value *sql.Expr
		st, err := c.analyzer.Analyze([]byte("select ("+p.computed+")"), &c.session)
		if err == nil && st.Err == nil && st.Kind == sql.KindSelect {
			value = sql.ComputedBy(st.Query)
		}
		if value == nil || !empty(value) {
			list = append(list, sql.Computed{Column: p.name, Value: value})
		}
	}
	return list
}
