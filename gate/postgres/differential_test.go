package postgresgate

import (
	"fmt"
	"math/rand/v2"
	"testing"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// TestSameAnswersAsTheServer sends random conversations to the database itself
// and through the door, and wants the same messages in the same order, the
// SQLSTATEs of what the door refuses aside. That is what keeps the two legs in
// step, and a transaction's fate what the app believes it to be.
func TestSameAnswersAsTheServer(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true})
	h.direct("CREATE TABLE t (n INT UNIQUE DEFERRABLE INITIALLY DEFERRED)", "CREATE TABLE u (n INT)")
	for seed := range uint64(conversations) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		script := conversation(rnd)
		var got [2][]string
		for i, c := range []*rawClient{rawTo(t, h.db.Instance.Addr).loginAs(h.db.User, h.db.Password, h.db.Name), h.raw(t).login()} {
			for _, part := range script {
				c.send(part.bytes)
				got[i] = append(got[i], blind(c.until()))
			}
			c.send(wire.AppendQuery(nil, "ROLLBACK"))
			c.until()
			c.send(wire.AppendQuery(nil, "SELECT count(*) FROM t"))
			c.read()
			_, p := c.read()
			got[i] = append(got[i], fmt.Sprintf("%d rows", p[len(p)-1]))
			c.until()
			c.send(wire.AppendQuery(nil, "DELETE FROM t"))
			c.until()
			c.nc.Close()
		}
		for i := range got[0] {
			if got[0][i] != got[1][i] {
				t.Fatalf("seed %d: part %d of\n%v\nis answered by %s, through the door by %s", seed, i, script, got[0][i], got[1][i])
			}
		}
	}
}

// conversations is how many are compared.
const conversations = 150

// blind forgets which error it was.
func blind(answer string) string {
	out := make([]byte, 0, len(answer))
	for i := 0; i < len(answer); i++ {
		switch c := answer[i]; c {
		case '(':
			i += 6
		case 'N', 'S', 'A':
			// They may come earlier or later.
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// part is what a client sends before it waits for ReadyForQuery.
type part struct {
	bytes []byte
	words []string
}

func (p part) String() string { return fmt.Sprint(p.words) }

// conversation makes up some parts, of messages that mostly make sense.
func conversation(rnd *rand.Rand) (script []part) {
	pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
	text := func() string {
		return pick("SELECT 1", "SELECT n FROM t", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES ($1)", "INSERT INTO t SELECT generate_series(1, 5)",
			"SELECT generate_series(1, 2000), repeat('x', 50)", "SELECT * FROM pg_toast.x", "SELECT 1/0", "SELEC", "BEGIN", "COMMIT", "ROLLBACK",
			"SAVEPOINT s", "ROLLBACK TO s", "SET search_path = public", "SET LOCAL search_path = public, pg_temp", "", "SELECT n FROM u WHERE n = $1",
			"UPDATE t SET n = n + 1 RETURNING n", "DELETE FROM t WHERE n > 3")
	}
	for range 1 + rnd.IntN(8) {
		var p part
		add := func(b []byte, format string, args ...any) {
			p.bytes, p.words = append(p.bytes, b...), append(p.words, fmt.Sprintf(format, args...))
		}
		for range rnd.IntN(12) {
			name, portal := pick("", "", "a", "b"), pick("", "", "p")
			switch rnd.IntN(9) {
			case 0, 1:
				query := text()
				m := wire.Parse{Name: []byte(name), Query: []byte(query)}
				add(m.Append(nil), "parse %q %s;", name, query)
			case 2, 3:
				m := wire.Bind{Portal: []byte(portal), Statement: []byte(name)}
				if rnd.IntN(3) == 0 {
					m.Params = wire.NewValues([]byte("2"))
				}
				add(m.Append(nil), "bind %q to %q (%d);", portal, name, m.Params.Len())
			case 4, 5:
				n := int32(rnd.IntN(3))
				add(wire.Execute{Portal: []byte(portal), MaxRows: n}.Append(nil), "execute %q %d;", portal, n)
			case 6:
				add(wire.Object{Kind: wire.Portal, Name: []byte(portal)}.AppendDescribe(nil), "describe portal %q;", portal)
			case 7:
				add(wire.Object{Kind: wire.PreparedStatement, Name: []byte(name)}.AppendDescribe(nil), "describe %q;", name)
			case 8:
				switch rnd.IntN(3) {
				case 0:
					add(wire.Object{Kind: wire.PreparedStatement, Name: []byte(name)}.AppendClose(nil), "close %q;", name)
				case 1:
					add(wire.Object{Kind: wire.Portal, Name: []byte(portal)}.AppendClose(nil), "close portal %q;", portal)
				case 2:
					add(wire.AppendEmpty(nil, wire.MsgFlush), "flush;")
				}
			}
		}
		if rnd.IntN(3) == 0 && len(p.bytes) == 0 {
			query := text()
			add(wire.AppendQuery(nil, query), "query %s", query)
		} else {
			add(wire.AppendEmpty(nil, wire.MsgSync), "sync")
		}
		script = append(script, p)
	}
	return script
}
