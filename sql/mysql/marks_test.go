package mysql

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	analysis "github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// marked are the columns whose every value bears a mark of its own, by table.
var marked = []struct{ table, column, mark string }{
	{"users", "email", "zqab"}, {"users", "name", "zqcd"}, {"users", "card", "zqef"},
	{"orders", "item", "zqgh"}, {"orders", "note", "zqij"}, {"orders", "total", "zqkl"},
	{"notes", "body", "zqmn"}, {"notes", "email", "zqop"},
	{"made", "email", "zqqr"}, {"made", "nick", "zqst"},
}

// worldViews are what stands on the tables, views of views among them.
var worldViews = []string{
	"create view v_users (id, k, mail) as select id, k, email from users where name <> ''",
	"create view v_mails as select mail, upper(mail) as loud from v_users where id < 4",
	"create view v_both as select email as c from users union all select body from notes",
	"create view v_star as select * from orders",
	"create view v_join as select u.name, o.*, lower(n.body) from users u join orders o using (id) left join notes n on n.k = o.k and n.email > 'a'",
	"create view v_with as with c as (select k, max(email) as top from users group by k) select c.top, row_number() over (order by o.note) as place from c join orders o on o.k = c.k",
	"create view v_count as select k, count(email) as n, count(distinct name) as names from users group by k having count(*) > 0",
	"create algorithm=temptable view v_kept as select mail, (select max(item) from orders o where o.k = v_users.k) as item from v_users",
	"create view v_made as select loud, left(turned, 9) as most, kept from made",
	"create view v_case as select case when total like '%2%' then item else 'none' end as c, coalesce(note, item) as d from orders",
}

// world is a server with one database that is the base and, for each marked column,
// one that is like it but for the values of that column.
type world struct {
	conn     *sql.Conn
	index    *lineage.Index
	analyzer *analysis.Analyzer
	version  string
}

const base = "marks"

// other is the database in which the values of a marked column are others.
func other(i int) string { return fmt.Sprintf("%s_%d", base, i) }

func newWorld(t *testing.T) *world {
	t.Helper()
	inst := testdb.MariaDB(t)
	conn, err := inst.Admin().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{conn: conn, analyzer: NewAnalyzer(analysis.Options{}), version: inst.Version}
	t.Cleanup(func() {
		for i := -1; i < len(marked); i++ {
			_, err := conn.ExecContext(context.Background(), "drop database if exists "+name(i))
			if err != nil {
				t.Error(err)
			}
		}
		conn.Close()
	})
	for i := -1; i < len(marked); i++ {
		w.exec(t, "create database "+name(i))
		w.exec(t, "use "+name(i))
		w.exec(t, "create table users (id int primary key, k varchar(9), email varchar(99), name varchar(99), card varchar(99) invisible)")
		w.exec(t, "create table orders (id int primary key, k varchar(9), item varchar(99), note varchar(99), total varchar(99)) with system versioning")
		w.exec(t, "create table notes (id int primary key, k varchar(9), body varchar(99), email varchar(99), fulltext key (body))")
		w.exec(t, "create table made (id int primary key, k varchar(9), email varchar(99), nick varchar(99), loud varchar(99) as (upper(email)) virtual,"+
			" turned varchar(99) as (concat(nick, loud)) stored invisible, kept varchar(99) default (lower(email)), since timestamp default '2026-01-01')")
		for row := range 4 {
			values := map[string]string{}
			for j, m := range marked {
				values[m.table] += ", " + m.column
				values[m.table+" values"] += ", '" + markedValue(j, row, i == j) + "'"
			}
			for _, table := range []string{"users", "orders", "notes", "made"} {
				w.exec(t, fmt.Sprintf("insert into %s (id, k%s) values (%d, 'k%d'%s)", table, values[table], row+1, row/2, values[table+" values"]))
			}
		}
		for _, v := range worldViews {
			w.exec(t, v)
		}
	}
	w.index = lineage.NewIndex(readCatalogue(t, conn, inst.Version), lineage.Options{FoldColumns: true})
	return w
}

func name(i int) string {
	if i < 0 {
		return base
	}
	return other(i)
}

// markedValue is what a row holds in a marked column: other values stand in
// another order, have other lengths and are equal to none of the first.
func markedValue(column, row int, changed bool) string {
	if changed {
		return fmt.Sprintf("%s-%dxx", marked[column].mark, (6-row)%4)
	}
	return fmt.Sprintf("%s-%d", marked[column].mark, (row+2)%4)
}

func (w *world) exec(t *testing.T, text string) {
	t.Helper()
	if _, err := w.conn.ExecContext(t.Context(), text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// rows runs a statement in a database, in a transaction that is taken back.
func (w *world) rows(t *testing.T, database, text string, args []any) (columns []string, cells [][]string, err error) {
	t.Helper()
	w.exec(t, "use "+database)
	w.exec(t, "begin")
	defer w.exec(t, "rollback")
	rows, err := w.conn.QueryContext(t.Context(), text, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	for rows.Next() {
		row, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, err
		}
		var texts []string
		for _, c := range row {
			texts = append(texts, fmt.Sprintf("%v:%s", c.Valid, c.String))
		}
		cells = append(cells, texts)
	}
	return columns, cells, rows.Err()
}

// bears reports whether a cell bears a mark: as it is, in another case, backwards,
// or in hexadecimal digits.
func bears(cell, mark string) bool {
	low := strings.ToLower(cell)
	back := []byte(mark)
	slices.Reverse(back)
	return strings.Contains(low, mark) || strings.Contains(low, string(back)) || strings.Contains(low, hex.EncodeToString([]byte(mark)))
}

// verdict is what checking a statement came to.
type verdict struct {
	ran, known bool
	marks      int // cells that bear a mark
	quiet      int // columns whose other values changed nothing, as claimed
}

// check runs a statement in the base and in the databases of some columns, and
// holds the lineage against what the server does. In order, the rows are compared
// as they come.
func (w *world) check(t *testing.T, text string, args []any, inOrder bool, changed []int) (v verdict, err error) {
	t.Helper()
	st, err := w.analyzer.Analyze([]byte(text), &analysis.Session{Database: base, Version: w.version})
	if err == nil {
		err = st.Err
	}
	if err != nil {
		return v, err
	}
	l := w.index.Resolve(st.Query, []string{base})
	columns, cells, err := w.rows(t, base, text, args)
	if err != nil {
		return v, err
	}
	v.ran = true
	if l.Unknown != "" {
		return v, nil
	}
	v.known = true
	if len(l.Columns) != len(columns) {
		t.Errorf("%s: %d columns come out, the lineage has %d", text, len(columns), len(l.Columns))
		return v, nil
	}
	for i, c := range l.Columns {
		v.known = v.known && c.Unknown == ""
		if c.Name != "" && !strings.EqualFold(c.Name, columns[i]) {
			t.Errorf("%s: column %d is %q, the lineage says %q", text, i, columns[i], c.Name)
		}
		for _, row := range cells {
			for j, m := range marked {
				if c.Unknown != "" || !bears(row[i], m.mark) {
					continue
				}
				v.marks++
				if !comesFrom(c, j) {
					t.Errorf("%s: column %d holds %s, of %s.%s, which is not among %v", text, i, row[i], m.table, m.column, c.Origins)
				}
				if whole := isWhole(row[i], j); !c.Derived && !whole {
					t.Errorf("%s: column %d holds %s, which is no stored value", text, i, row[i])
				}
			}
		}
	}
	for _, j := range changed {
		if tests(l, j) {
			continue
		}
		_, others, err := w.rows(t, other(j), text, args)
		if err != nil {
			t.Errorf("%s: runs in one database and not in the other: %v", text, err)
			continue
		}
		mine, theirs := without(l, cells, j), without(l, others, j)
		if !inOrder {
			slices.Sort(mine)
			slices.Sort(theirs)
		}
		if !slices.Equal(mine, theirs) {
			t.Errorf("%s: hangs on %s.%s, which is neither tested nor where it came out:\n%q\n%q", text, marked[j].table, marked[j].column, mine, theirs)
		}
		v.quiet++
	}
	return v, nil
}

func isOrigin(o lineage.Origin, j int) bool {
	return o == lineage.Origin{Schema: base, Table: marked[j].table, Column: marked[j].column}
}

func comesFrom(c lineage.Column, j int) bool {
	return slices.ContainsFunc(c.Origins, func(o lineage.Origin) bool { return isOrigin(o, j) })
}

func tests(l *lineage.Lineage, j int) bool {
	return slices.ContainsFunc(l.Tests, func(x lineage.Test) bool { return isOrigin(x.Origin, j) })
}

func isWhole(cell string, j int) bool {
	for row := range 4 {
		if cell == "true:"+markedValue(j, row, false) {
			return true
		}
	}
	return false
}

// without is the rows without the columns that come from a marked one.
func without(l *lineage.Lineage, cells [][]string, j int) []string {
	var rows []string
	for _, row := range cells {
		var rest []string
		for i, c := range l.Columns {
			if c.Unknown == "" && !comesFrom(c, j) {
				rest = append(rest, row[i])
			}
		}
		rows = append(rows, strings.Join(rest, "|"))
	}
	return rows
}

// readCatalogue reads the catalogue as a door does.
func readCatalogue(t *testing.T, conn *sql.Conn, version string) *analysis.Catalogue {
	t.Helper()
	r := NewCatalogueReader(version)
	for i, q := range CatalogueQueries() {
		rows, err := conn.QueryContext(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row, into := make([][]byte, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = (*sql.RawBytes)(&row[i])
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			if err := r.Add(i, row); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return r.Catalogue()
}
