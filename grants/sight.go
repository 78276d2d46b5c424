package grants

import (
	"slices"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/mysql"
)

// A MySQL or MariaDB shows a login the columns that it has some right on, and
// what a view computes where it has SELECT and SHOW VIEW on it. The door's own
// login reads the catalogue for all that its rules reach, also by other logins.
// REFERENCES on the whole of a table shows its columns, and none of its rows.
const (
	seesColumns = "to see its columns"
	seesView    = "to see what the view computes"
)

// sight wants what the login has to have to see the tables that rules reach at
// doors that read the catalogue by it.
func (d *deriver) sight(l *Login) {
	for i := range l.Sees {
		for _, t := range d.tables(&l.Sees[i]) {
			if d.server.systemSchema(t.schema) {
				continue
			}
			if d.catalogue == nil {
				d.note(l.At, "which of the tables are views is not known here: the door's login wants SELECT and SHOW VIEW on each, and REFERENCES on the tables beneath; --from-server finds them")
			}
			d.see(t, Because{l.Sees[i].At, seesColumns})
		}
	}
}

// see wants the columns of a table, or of all of a schema, to be shown.
func (d *deriver) see(t table, why Because) {
	if slices.Contains(d.out.sees, t) {
		return
	}
	d.out.sees = append(d.out.sees, t)
	x := d.catalogue.find(t.schema, t.name)
	switch {
	case t.name == "*":
		d.show("REFERENCES", Right{Level: OnSchema, Schema: t.schema}, why)
		for i := range d.catalogue.relations() {
			if r := &d.catalogue.Relations[i]; r.Schema == t.schema && r.View {
				d.seeView(r, why)
			}
		}
	case x != nil && x.View:
		d.seeView(x, why)
	default:
		d.show("REFERENCES", Right{Level: OnTable, Schema: t.schema, Name: t.name}, why)
	}
}

// show wants a privilege where no other that shows all columns is wanted already.
func (d *deriver) show(privilege string, on Right, why Because) {
	for _, p := range columnPrivileges {
		on.Privilege = p
		if slices.ContainsFunc(d.out.Rights, func(w Wanted) bool { return w.covers(on) }) {
			return
		}
	}
	on.Privilege = privilege
	d.want(on, why)
}

// seeView wants a view and the tables beneath it to be shown.
func (d *deriver) seeView(x *Relation, why Because) {
	why.Word = seesView
	for _, p := range []string{"SELECT", "SHOW VIEW"} {
		d.want(Right{Privilege: p, Level: OnTable, Schema: x.Schema, Name: x.Name}, why)
	}
	why.Word = seesColumns
	for _, t := range beneath(x.Definition) {
		if !d.server.systemSchema(t.Schema) {
			d.see(table{t.Schema, t.Name}, why)
		}
	}
}

// beneath is the tables that a view's definition names, as the server prints it;
// none where it is not shown, or not understood.
func beneath(definition string) []sql.Table {
	st, err := mysql.NewAnalyzer(sql.Options{CacheEntries: 1}).Analyze([]byte(definition), &sql.Session{})
	if err != nil || st.Err != nil {
		return nil
	}
	return st.Tables
}
