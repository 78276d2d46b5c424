package grants

import "github.com/sallyport/sallyport/sql"

// requirement is what a server asks for, for one kind of statement.
type requirement struct {
	table    []string // privileges on each table
	schema   []string // on each schema that holds such a table
	database []string // on the database; PostgreSQL only
	owner    bool     // that only who owns the thing may: no GRANT gives it
}

// mysqlKinds is what MySQL and MariaDB ask for ("GRANT", "Privileges Provided by
// MySQL"). A compound statement, as INSERT … ON DUPLICATE KEY UPDATE, is of all
// its kinds at once. Kinds that are not here need no right, or have a danger that
// says what they need, or are no statements of theirs.
var mysqlKinds = map[sql.Kind]requirement{
	sql.KindSelect:   {table: []string{"SELECT"}},
	sql.KindInsert:   {table: []string{"INSERT"}},
	sql.KindUpdate:   {table: []string{"SELECT", "UPDATE"}},
	sql.KindDelete:   {table: []string{"SELECT", "DELETE"}},
	sql.KindReplace:  {table: []string{"INSERT", "DELETE"}},
	sql.KindLoad:     {table: []string{"INSERT", "DELETE"}}, // LOAD DATA … REPLACE
	sql.KindCreate:   {table: []string{"CREATE", "INDEX", "REFERENCES", "CREATE VIEW"}, schema: []string{"CREATE TEMPORARY TABLES"}},
	sql.KindAlter:    {table: []string{"ALTER", "CREATE", "DROP", "INSERT", "REFERENCES"}},
	sql.KindDrop:     {table: []string{"DROP", "INDEX"}},
	sql.KindRename:   {table: []string{"ALTER", "DROP", "CREATE", "INSERT"}},
	sql.KindTruncate: {table: []string{"DROP"}},
	sql.KindShow:     {table: []string{"SELECT", "SHOW VIEW"}},
	sql.KindDescribe: {table: []string{"SELECT"}},
	sql.KindExplain:  {table: []string{"SHOW VIEW"}},
	sql.KindLock:     {table: []string{"SELECT"}, schema: []string{"LOCK TABLES"}},
	sql.KindMaintain: {table: []string{"SELECT", "INSERT"}},
}

// postgresKinds is what PostgreSQL asks for ("Privileges").
var postgresKinds = map[sql.Kind]requirement{
	sql.KindSelect:   {table: []string{"SELECT"}},
	sql.KindInsert:   {table: []string{"INSERT"}},
	sql.KindUpdate:   {table: []string{"SELECT", "UPDATE"}},
	sql.KindDelete:   {table: []string{"SELECT", "DELETE"}},
	sql.KindMerge:    {table: []string{"SELECT"}},
	sql.KindTruncate: {table: []string{"TRUNCATE"}},
	sql.KindLock:     {table: []string{"SELECT", "UPDATE"}}, // modes beyond ROW SHARE
	sql.KindCreate:   {table: []string{"REFERENCES"}, schema: []string{"CREATE"}, database: []string{"TEMPORARY"}},
	sql.KindAlter:    {owner: true},
	sql.KindDrop:     {owner: true},
	sql.KindMaintain: {owner: true},
	sql.KindRefresh:  {owner: true},
}

// requires is what a server asks for, for a kind of statement.
func (s Server) requires(k sql.Kind) requirement {
	if s.Flavour != Postgres {
		return mysqlKinds[k]
	}
	if s.Major >= 17 && (k == sql.KindMaintain || k == sql.KindRefresh) {
		return requirement{table: []string{"MAINTAIN"}}
	}
	return postgresKinds[k]
}

// dangerNotes are the dangers whose rights reach beyond tables, and what a
// person has to weigh before granting them by hand.
var dangerNotes = map[sql.Danger]map[bool]string{ // by whether the server is a PostgreSQL
	sql.DangerFile: {
		false: "`file` wants FILE, a right on every file that the server can read: not granted; GRANT FILE ON *.* by hand if you must",
		true:  "`file` wants membership in pg_read_server_files, pg_write_server_files or pg_execute_server_program, which is as good as the server's own account: not granted",
	},
	sql.DangerAdmin: {
		false: "`admin` wants rights over the whole server, which no policy narrows: not granted",
		true:  "`admin` wants rights over the whole server, which no policy narrows: not granted",
	},
	sql.DangerNetwork: {
		false: "`network` wants FEDERATED ADMIN or SUPER for servers that are made: not granted",
		true:  "`network` wants USAGE on a foreign server or EXECUTE on dblink's functions: not granted",
	},
	sql.DangerSessions: {
		false: "`sessions` of other logins want PROCESS and CONNECTION ADMIN: not granted; a login sees its own",
		true:  "`sessions` of other logins want pg_read_all_stats and pg_signal_backend: not granted; a login sees its own",
	},
}
