package sql

// Key returns "schema.name" with the session's database filled in where the
// statement names none.
func (t Table) Key(database string) string {
	if t.Schema != "" {
		return t.Schema + "." + t.Name
	}
	return database + "." + t.Name
}
