package mysql

import (
	"github.com/sallyport/sallyport/sql"
)

// rightsQuery is the rights that the login itself has: everywhere, on what
// matches a schema's name, and on tables. Those that it has by a role are not
// shown to it.
const rightsQuery = "SELECT '', '', PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE " + ownRights +
	" UNION ALL SELECT TABLE_SCHEMA, '', PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES WHERE " + ownRights +
	" UNION ALL SELECT TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES WHERE " + ownRights

// ownRights compares as bytes, since logins that differ in case are others.
const ownRights = "CAST(GRANTEE AS BINARY) = CAST(CONCAT('''', " +
	"LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1), " +
	"'''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''') AS BINARY)"

// columnRights are those of which any shows a column to a login: on the whole of
// a table it shows all of them (information_schema.COLUMNS).
var columnRights = map[string]bool{"SELECT": true, "INSERT": true, "UPDATE": true, "REFERENCES": true}

// rights tell which tables the login sees all columns of.
type rights struct {
	everywhere bool
	schemas    map[string]bool // by pattern, of LIKE; false where there are other rights only
	tables     map[sql.Name]bool
}

func newRights() rights {
	return rights{schemas: map[string]bool{}, tables: map[sql.Name]bool{}}
}

func (r *rights) add(schema, table, right string) error {
	if len(r.schemas)+len(r.tables) >= maxRelations {
		return errCatalogueTooLarge
	}
	shows := columnRights[right]
	switch {
	case schema == "":
		r.everywhere = r.everywhere || shows
	case table == "":
		r.schemas[schema] = r.schemas[schema] || shows
	case shows:
		r.tables[canonical(schema, table)] = true
	}
	return nil
}

// whole tells whether the login surely sees every column of a table. Of the
// patterns that match a schema the server takes one alone, so all have to show.
func (r *rights) whole(name sql.Name) bool {
	if r.everywhere || r.tables[name] || name.Schema == informationSchema || name.Schema == "performance_schema" {
		return true
	}
	matched := false
	for pattern, shows := range r.schemas {
		if like(pattern, name.Schema) {
			if !shows {
				return false
			}
			matched = true
		}
	}
	return matched
}

// like matches as LIKE does, case included: % is any text, _ any character, and a
// backslash takes the next one for itself.
func like(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	star, from := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '%':
			star, from = i, j
			i++
			continue
		case i+1 < len(p) && p[i] == '\\' && p[i+1] == t[j]:
			i += 2
			j++
			continue
		case i < len(p) && p[i] != '\\' && (p[i] == '_' || p[i] == t[j]):
			i++
			j++
			continue
		case star < 0:
			return false
		}
		from++
		i, j = star+1, from
	}
	for i < len(p) && p[i] == '%' {
		i++
	}
	return i == len(p)
}
