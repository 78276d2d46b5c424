package postgresgate

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// sides runs a benchmark directly and through the door, in the clear on both
// legs, so that what differs is the door.
func sides(b *testing.B, run func(b *testing.B, connect func() *pgx.Conn)) {
	h := start(b, setup{allow: openPolicy, optional: true, plain: true})
	h.book.Hush()
	h.direct("CREATE TABLE points (id INT PRIMARY KEY, v TEXT NOT NULL)", "INSERT INTO points SELECT n, 'value of ' || n FROM generate_series(1, 10000) n")
	b.Run("direct", func(b *testing.B) { run(b, h.owner) })
	b.Run("door", func(b *testing.B) { run(b, func() *pgx.Conn { return h.conn(inTheClear) }) })
}

func BenchmarkPointSelect(b *testing.B) {
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeExec, pgx.QueryExecModeCacheStatement} {
		b.Run(mode.String(), func(b *testing.B) {
			sides(b, func(b *testing.B, connect func() *pgx.Conn) {
				b.SetParallelism(4) // eight clients on two processors
				var id atomic.Int64
				b.RunParallel(func(pb *testing.PB) {
					c := connect()
					for pb.Next() {
						var v string
						if err := c.QueryRow(context.Background(), "SELECT v FROM points WHERE id = $1", mode, id.Add(1)%10000+1).Scan(&v); err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		})
	}
}

func BenchmarkScan(b *testing.B) {
	sides(b, func(b *testing.B, connect func() *pgx.Conn) {
		c := connect()
		for b.Loop() {
			rows, err := c.Query(context.Background(), "SELECT n, 'name ' || n, 'user' || n || '@example.com', n * 79, repeat('x', n % 60) FROM generate_series(1, 300000) n")
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for rows.Next() {
				n++
			}
			if n != 300_000 || rows.Err() != nil {
				b.Fatal(n, rows.Err())
			}
		}
	})
}

// BenchmarkStatement measures what the door alone does for a statement: the
// client and the database are made of the codec and allocate nothing.
func BenchmarkStatement(b *testing.B) {
	answer := wire.AppendRowDescription(nil, []wire.Column{{Name: []byte("v"), Type: 25, TypeSize: -1, TypeModifier: -1}})
	var row wire.RowBuilder
	row.Start(1)
	row.Text("value of 4711")
	cell, err := row.Row()
	if err != nil {
		b.Fatal(err)
	}
	answer = append(answer, cell...)
	answer = wire.CommandTag{Verb: []byte("SELECT"), Counted: true, Rows: 1}.Append(answer)
	answer = wire.AppendReadyForQuery(answer, wire.TxIdle)
	canned := &evil{answer: func(c *wire.Conn, t wire.MessageType, _ []byte) (bool, error) {
		if t != wire.MsgQuery {
			return false, nil
		}
		return true, c.Send(answer)
	}}
	h := startBefore(b, canned, setup{allow: openPolicy, optional: true, plain: true})
	h.book.Hush()
	c := h.raw(b).login()
	c.nc.(*net.TCPConn).SetNoDelay(true)
	query := wire.AppendQuery(nil, "SELECT v FROM points WHERE id = 4711")
	b.ReportAllocs()
	for b.Loop() {
		if err := c.c.Send(query); err != nil {
			b.Fatal(err)
		}
		for {
			h, err := c.c.R.Next()
			if err != nil {
				b.Fatal(err)
			}
			c.c.R.Skip()
			if h.Type == wire.MsgReadyForQuery {
				break
			}
		}
	}
}
