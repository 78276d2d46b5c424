package lineage

import (
	"fmt"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

func BenchmarkResolve(b *testing.B) {
	c := shop()
	ten := sql.Relation{Schema: "public", Name: "ten", Kind: sql.RelationTable}
	q := sel(table("ten"), where(sql.UseEqual, "c0"))
	for i := range 10 {
		name := fmt.Sprint("c", i)
		ten.Columns = append(ten.Columns, name)
		q.Outputs = append(q.Outputs, col(name))
	}
	c.Relations = append(c.Relations, ten)
	on := expr(sql.UseTest, "a.c0", "b.c0")
	five := table("ten", "a")
	for _, alias := range []string{"b", "c", "d", "e"} {
		five = joined(five, table("ten", alias), &on)
	}
	x := NewIndex(c, Options{})
	for _, bb := range []struct {
		name string
		q    *sql.Query
	}{
		{"ten columns", q},
		{"five tables", sel(star(), five)},
		{"view of a view", sel(star(), table("folk"))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Resolve(bb.q, public)
			}
		})
	}
}
