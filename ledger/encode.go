package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport"
)

// ErrTooLarge tells that an entry is over MaxEntry bytes when encoded.
var ErrTooLarge = errors.New("ledger: entry too large")

// AppendEntry appends the encoding of e to dst: the object that json.Marshal
// gives, except that times are in UTC, that empty objects are left out and
// that only control characters and line separators are escaped. The result is
// valid UTF-8 whatever e holds. On an error (a time that RFC 3339 cannot say,
// or more than MaxEntry bytes) dst is returned as it was.
func AppendEntry(dst []byte, e *Entry) ([]byte, error) {
	if y := e.Time.UTC().Year(); y < 0 || y > 9999 {
		return dst, fmt.Errorf("encoding entry: year %d is outside RFC 3339", y)
	}
	o := object{b: append(dst, '{')}
	o.text("type", string(e.Type), true)
	o.id("id", e.ID)
	o.id("session", e.Session)
	o.key("time")
	o.b = append(e.Time.UTC().AppendFormat(append(o.b, '"'), time.RFC3339Nano), '"')
	o.int("ns", e.Nanos)
	o.text("app", e.App, false)
	o.text("door", e.Door, false)
	o.peer("from", &e.From)
	o.peer("to", &e.To)
	o.act(&e.Act)
	o.flow("in", &e.In)
	o.flow("out", &e.Out)
	if e.Cause != (Cause{}) {
		o.open("cause", '{')
		o.id("id", e.Cause.ID)
		o.text("how", e.Cause.How, false)
		o.shut('}')
	}
	o.finds(e.Finds)
	o.text("verdict", e.Effect, false)
	o.text("would", e.Would, false)
	o.reasons(e.Reasons)
	o.masks(e.Masks)
	o.values(e.Values)
	o.text("policy", e.Policy, false)
	o.sql(e.SQL)
	o.uint("count", e.Count)
	o.uint("until", e.Until)
	o.text("note", e.Note, false)
	o.b = append(o.b, '}')
	if n := len(o.b) - len(dst); n > MaxEntry {
		return dst, fmt.Errorf("encoding entry of type %s: %w: %d bytes, at most %d", e.Type, ErrTooLarge, n, MaxEntry)
	}
	return o.b, nil
}

// object appends members to a JSON object that was opened.
type object struct{ b []byte }

func (o *object) key(k string) {
	if c := o.b[len(o.b)-1]; c != '{' && c != '[' {
		o.b = append(o.b, ',')
	}
	o.b = append(o.b, '"')
	o.b = append(o.b, k...)
	o.b = append(o.b, '"', ':')
}

func (o *object) open(k string, with byte) { o.key(k); o.b = append(o.b, with) }
func (o *object) shut(with byte)           { o.b = append(o.b, with) }

// item starts an object that is an element of an array.
func (o *object) item() {
	if o.b[len(o.b)-1] != '[' {
		o.b = append(o.b, ',')
	}
	o.b = append(o.b, '{')
}

func (o *object) text(k, v string, always bool) {
	if v != "" || always {
		o.key(k)
		o.b = appendString(o.b, v)
	}
}

func (o *object) texts(k string, v []string) {
	if len(v) == 0 {
		return
	}
	o.open(k, '[')
	for i, s := range v {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = appendString(o.b, s)
	}
	o.shut(']')
}

func (o *object) flag(k string, v bool) {
	if v {
		o.key(k)
		o.b = append(o.b, "true"...)
	}
}

func (o *object) int(k string, v int64) {
	if v != 0 {
		o.key(k)
		o.b = strconv.AppendInt(o.b, v, 10)
	}
}

func (o *object) uint(k string, v uint64) {
	if v != 0 {
		o.key(k)
		o.b = strconv.AppendUint(o.b, v, 10)
	}
}

func (o *object) id(k string, v sallyport.ID) {
	if !v.IsZero() {
		o.key(k)
		o.b, _ = v.AppendText(append(o.b, '"')) // never an error
		o.b = append(o.b, '"')
	}
}

func (o *object) peer(k string, p *Peer) {
	if *p == (Peer{}) {
		return
	}
	o.open(k, '{')
	o.text("kind", p.Kind, false)
	o.text("name", p.Name, false)
	o.text("addr", p.Addr, false)
	o.text("proof", p.Proof, false)
	o.text("certificate", p.Certificate, false)
	o.text("tls", p.TLS, false)
	o.shut('}')
}

func (o *object) act(a *Act) {
	mark := len(o.b)
	o.open("act", '{')
	empty := len(o.b)
	o.text("kind", a.Kind, false)
	o.text("dir", a.Dir, false)
	o.text("verb", a.Verb, false)
	o.texts("kinds", a.Kinds)
	o.text("what", a.What, false)
	o.text("rest", a.Rest, false)
	o.text("host", a.Host, false)
	o.text("proto", a.Proto, false)
	o.text("media", a.Media, false)
	o.texts("tables", a.Tables)
	o.texts("writes", a.Writes)
	o.texts("dangers", a.Danger)
	o.columns(a.Columns)
	o.flag("traced", a.Traced)
	o.flag("steers", a.Steers)
	o.flag("prepared", a.Prepared)
	o.flag("varies", a.Varies)
	o.int("params", int64(a.Params))
	o.uint("affected", a.Affected)
	o.int("status", int64(a.Status))
	o.text("error", a.Error, false)
	if len(o.b) == empty {
		o.b = o.b[:mark]
		return
	}
	o.shut('}')
}

func (o *object) columns(v []Column) {
	if len(v) == 0 {
		return
	}
	o.open("columns", '[')
	for i := range v {
		o.item()
		o.text("table", v[i].Table, true)
		o.text("name", v[i].Name, true)
		o.text("use", v[i].Use, false)
		o.shut('}')
	}
	o.shut(']')
}

func (o *object) flow(k string, f *Flow) {
	if f.Bytes == 0 && f.Rows == 0 && len(f.Classes) == 0 {
		return
	}
	o.open(k, '{')
	o.uint("bytes", f.Bytes)
	o.uint("rows", f.Rows)
	o.texts("classes", f.Classes)
	o.shut('}')
}

func (o *object) finds(v []Find) {
	if len(v) == 0 {
		return
	}
	o.open("findings", '[')
	for i := range v {
		o.item()
		o.text("by", v[i].By, true)
		o.text("code", v[i].Code, true)
		o.text("where", v[i].Where, false)
		o.text("class", v[i].Class, false)
		o.uint("count", v[i].Count)
		o.shut('}')
	}
	o.shut(']')
}

func (o *object) reasons(v []Reason) {
	if len(v) == 0 {
		return
	}
	o.open("reasons", '[')
	for i := range v {
		o.item()
		o.text("code", v[i].Code, true)
		o.text("at", v[i].At, false)
		o.text("path", v[i].Path, false)
		o.text("note", v[i].Note, false)
		o.shut('}')
	}
	o.shut(']')
}

func (o *object) masks(v []Mask) {
	if len(v) == 0 {
		return
	}
	o.open("masks", '[')
	for i := range v {
		o.item()
		o.text("where", v[i].Where, true)
		o.text("masker", v[i].Masker, true)
		o.shut('}')
	}
	o.shut(']')
}

func (o *object) values(v []Values) {
	if len(v) == 0 {
		return
	}
	o.open("values", '[')
	for i := range v {
		o.item()
		o.text("class", v[i].Class, true)
		o.uint("count", v[i].Count)
		o.shut('}')
	}
	o.shut(']')
}

func (o *object) sql(s *SQLState) {
	if s == nil {
		return
	}
	o.open("sql", '{')
	o.text("database", s.Database, false)
	o.text("role", s.Role, false)
	o.text("mode", s.Mode, false)
	o.text("charset", s.Charset, false)
	o.text("server", s.Server, false)
	o.text("catalogue", s.Catalogue, false)
	o.shut('}')
}

// plain is the ASCII characters that stand for themselves in a JSON string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// appendString appends s as a JSON string (RFC 8259, section 7). Bytes that are
// not UTF-8 become U+FFFD; C0 and C1 controls, DEL and the two line separators
// are escaped, so that showing a log on a terminal runs no escape sequence.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= 0xa0 && r != utf8.RuneError && r != 0x2028 && r != 0x2029 || r == utf8.RuneError && n > 1 {
			i += n
			continue
		}
		b = append(b, s[start:i]...)
		b = append(b, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		i += n
		start = i
	}
	return append(append(b, s[start:]...), '"')
}
