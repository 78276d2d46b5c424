package mysqlgate

import (
	"context"
	"database/sql"
	"net"
	"sync/atomic"
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// sides runs a benchmark directly and through the door, in the clear on both
// legs, so that what differs is the door.
func sides(b *testing.B, run func(b *testing.B, db *sql.DB)) {
	h := start(b, setup{allow: openPolicy, optional: true, plain: true})
	h.book.Hush()
	h.direct("CREATE TABLE points (id INT PRIMARY KEY, v VARCHAR(100) NOT NULL)",
		"INSERT INTO points SELECT seq, CONCAT('value of ', seq) FROM seq_1_to_10000")
	direct := h.db.Config()
	direct.TLS = nil
	door := h.config()
	door.TLS = nil
	b.Run("direct", func(b *testing.B) { run(b, open(b, direct)) })
	b.Run("door", func(b *testing.B) { run(b, open(b, door)) })
}

func BenchmarkPointSelect(b *testing.B) {
	for _, prepared := range []bool{false, true} {
		name := "text"
		if prepared {
			name = "prepared"
		}
		b.Run(name, func(b *testing.B) {
			sides(b, func(b *testing.B, db *sql.DB) {
				b.ReportAllocs()
				b.SetParallelism(4) // eight clients on two processors
				var id atomic.Int64
				b.RunParallel(func(pb *testing.PB) {
					c, err := db.Conn(context.Background())
					if err != nil {
						b.Error(err)
						return
					}
					defer c.Close()
					st, err := c.PrepareContext(context.Background(), "SELECT v FROM points WHERE id = ?")
					if err != nil {
						b.Error(err)
						return
					}
					for pb.Next() {
						var v string
						n := id.Add(1)%10000 + 1
						if prepared {
							err = st.QueryRow(n).Scan(&v)
						} else {
							err = c.QueryRowContext(context.Background(), sprintf("SELECT v FROM points WHERE id = %d", n)).Scan(&v)
						}
						if err != nil {
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
	sides(b, func(b *testing.B, db *sql.DB) {
		b.ReportAllocs()
		for b.Loop() {
			rows, err := db.Query("SELECT seq, CONCAT('name ', seq), CONCAT('user', seq, '@example.com'), seq * 7919, REPEAT('x', seq % 60) FROM seq_1_to_300000")
			if err != nil {
				b.Fatal(err)
			}
			var cells [5]sql.RawBytes
			n := 0
			for rows.Next() {
				if err := rows.Scan(&cells[0], &cells[1], &cells[2], &cells[3], &cells[4]); err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != 300_000 || rows.Err() != nil {
				b.Fatal(n, rows.Err())
			}
			rows.Close()
		}
	})
}

// BenchmarkStatement measures what the door alone does for a statement: the
// client and the database are made of the codec and allocate nothing.
func BenchmarkStatement(b *testing.B) {
	port := canned(b)
	h := start(b, setup{allow: openPolicy, optional: true, plain: true, port: port})
	h.book.Hush()
	nc, err := net.Dial("tcp", h.addr)
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	c := wire.NewConn(nc, 1<<20)
	p, err := c.ReadPacket()
	if err != nil {
		b.Fatal(err)
	}
	g, err := wire.DecodeGreeting(p)
	if err != nil {
		b.Fatal(err)
	}
	caps := g.Capabilities & (rawCaps | wire.ClientDeprecateEOF)
	in := wire.Response{Capabilities: caps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password),
		AuthData: wire.SHA2Scramble(doorPassword, g.Nonce), Collation: 45}
	if err := c.Send(in.Append(nil)); err != nil {
		b.Fatal(err)
	}
	for range 2 {
		if _, err := c.ReadPacket(); err != nil {
			b.Fatal(err)
		}
	}
	query := wire.AppendQuery(nil, "SELECT v FROM points WHERE id = 4711", caps)
	var scan wire.ResultScanner
	b.ReportAllocs()
	for b.Loop() {
		c.NewExchange()
		if err := c.Send(query); err != nil {
			b.Fatal(err)
		}
		scan.Start(wire.ComQuery, caps)
		for !scan.Done() {
			h, err := c.R.Next()
			if err != nil {
				b.Fatal(err)
			}
			prefix, _ := c.R.Peek(wire.ScanPrefix)
			if _, err := scan.Step(h, prefix); err != nil {
				b.Fatal(err)
			}
			c.R.Skip()
		}
	}
}

// canned is a database that gives one row to whatever it is asked, from
// packets made beforehand.
func canned(b *testing.B) (port string) {
	e := &evil{}
	caps := evilCaps &^ wire.ClientLocalFiles
	col := wire.Column{Name: []byte("v"), Charset: 45, Length: 100, Type: wire.TypeVarString}
	var row wire.RowBuilder
	row.StartText(1)
	row.Text([]byte("value of 4711"))
	cell, _ := row.Row()
	cell = append([]byte(nil), cell...)
	count, def, end := wire.AppendColumnCount(nil, 1, caps), col.Append(nil, caps), (&wire.OK{EOF: true, Status: wire.StatusAutocommit}).Append(nil, caps)
	e.packet = func(c *wire.Conn, p []byte) bool {
		if wire.Command(p[0]) != wire.ComQuery || string(p[1:]) == question {
			return false
		}
		c.WritePacket(count)
		c.WritePacket(def)
		c.WritePacket(cell)
		c.Send(end)
		return true
	}
	return e.listen(b)
}
