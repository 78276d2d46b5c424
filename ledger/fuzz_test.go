package ledger

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sallyport/sallyport"
	"golang.org/x/mod/sumdb/tlog"
)

// filler sets every field of a value from bytes.
type filler struct{ b []byte }

func (f *filler) next() byte {
	if len(f.b) == 0 {
		return 0
	}
	c := f.b[0]
	f.b = f.b[1:]
	return c
}

func (f *filler) text() string {
	n := min(int(f.next()%24), len(f.b))
	s := string(f.b[:n])
	f.b = f.b[n:]
	return s
}

func (f *filler) number() (n uint64) {
	for range f.next() % 9 {
		n = n<<8 | uint64(f.next())
	}
	return n
}

func (f *filler) fill(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Unix(int64(f.number()%(1<<38)), int64(f.next())*1001).In(time.FixedZone("", int(f.next())*60))
		return
	case *sallyport.ID:
		for i := range x {
			x[i] = f.next()
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text())
	case reflect.Bool:
		v.SetBool(f.next()&1 == 1)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.number()))
	case reflect.Uint64:
		v.SetUint(f.number())
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		n := int(f.next() % 4)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			f.fill(v.Index(i))
		}
	case reflect.Pointer:
		if f.next()&1 == 1 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem())
		}
	default:
		panic("a field of kind " + v.Kind().String() + " is not filled")
	}
}

// TestEncodesEveryField fills all fields, so that one added to Entry and not to
// AppendEntry is found.
func TestEncodesEveryField(t *testing.T) {
	every := bytes.Repeat([]byte{3, 'a', '"', 0x1b, 1, 0xff, 5, 7}, 500)
	for shift := range 16 {
		checkEncoding(t, every[shift:])
	}
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte("the seed of an entry"))
	f.Add(bytes.Repeat([]byte{3, 'a', '"', 0x1b, 1, 0xff, 5, 7}, 300))
	f.Add(bytes.Repeat([]byte{9, 0xe2, 0x80, 0xa8, 0xc2, 0x9b, 0xed, 0xa0, 0x80, 0xef, 0xbf, 0xbd}, 200))
	f.Fuzz(func(t *testing.T, b []byte) { checkEncoding(t, b) })
}

// checkEncoding compares AppendEntry with json.Marshal, by what both mean.
func checkEncoding(t *testing.T, b []byte) {
	e := new(Entry)
	(&filler{b}).fill(reflect.ValueOf(e).Elem())
	want, errWant := json.Marshal(e)
	got, err := AppendEntry([]byte("x"), e)
	if (err != nil) != (errWant != nil) {
		t.Fatalf("AppendEntry: %v, json.Marshal: %v", err, errWant)
	}
	if err != nil {
		return
	}
	got = got[1:]
	if !utf8.Valid(got) || !json.Valid(got) || bytes.ContainsFunc(got, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }) {
		t.Fatalf("%q is no clean JSON", got)
	}
	a, err := Decode(got)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Decode(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, a, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("json.Marshal and AppendEntry differ:\n%s", diff)
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, e := range []*Entry{
		{Type: Crossed, Note: strings.Repeat("x", MaxEntry)},
		{Type: Crossed, Time: time.Unix(math.MaxInt32<<8, 0)},
	} {
		if b, err := AppendEntry([]byte("x"), e); err == nil || string(b) != "x" {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	b, _ := AppendEntry(nil, testEntry("seed"))
	f.Add(b)
	f.Add([]byte(`{"type":"ledger.drop","until":256}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Decode(b)
		if err != nil {
			return
		}
		again, err := AppendEntry(nil, e)
		if err != nil {
			return // too long once invalid bytes are replaced
		}
		if _, err := Decode(again); err != nil {
			t.Fatalf("%q: %v", again, err)
		}
	})
}

func FuzzSegment(f *testing.F) {
	w := wal{chain: newChain([]byte("key")), next: 7}
	seed := appendSegmentHeader(nil, w.chain, 1, 7)
	b := newBatch()
	for _, raw := range []string{`{"type":"crossing"}`, `{}`, ``} {
		b.add([]byte(raw), item{})
	}
	w.number(b)
	f.Add(append(seed, b.buf...))
	f.Add(append(append(slices.Clone(seed), b.buf[:20]...), make([]byte, 40)...))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		s := parseSegment(b)
		end := segmentHeader
		for _, fr := range s.frames {
			if fr.at < end || fr.end > len(b) || len(fr.raw) > MaxEntry {
				t.Fatalf("frame at %d to %d of %d", fr.at, fr.end, len(b))
			}
			end = fr.end
		}
		v := new(walView)
		v.addSegment(s, "x", math.MaxUint64)
		v.checkOrder()
		for i := 1; i < len(v.entries); i++ {
			if v.entries[i].index <= v.entries[i-1].index {
				t.Fatal("entries are not in order")
			}
		}
	})
}

func FuzzBundle(f *testing.F) {
	raw, _ := AppendEntry(nil, testEntry("seed"))
	f.Add(appendBundled(appendBundled(nil, raw), raw), uint8(3))
	f.Add([]byte{0, 0, 0}, uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, n uint8) {
		entries, err := parseBundle(b)
		var again []byte
		var want []tlog.Hash
		for _, e := range entries {
			again = appendBundled(again, e)
			want = append(want, tlog.RecordHash(e))
		}
		if err == nil && !bytes.Equal(again, b) || !bytes.HasPrefix(b, again) {
			t.Fatal("a bundle does not come out as it went in")
		}
		for len(want) < int(n) {
			want = append(want, tlog.Hash{n})
		}
		for _, fault := range diffBundle(b, want) {
			if fault.To > uint64(len(want)) {
				t.Fatalf("%v of %d", fault, len(want))
			}
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	cp := checkpoint{origin: testOrigin, size: 5, root: rootOf(nil)}
	f.Add(cp.String() + "\n\u2014 ledger.example.com/test AAAA\n\n" + cp.String())
	f.Add("a\n0\n\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		for _, part := range splitCheckpoints([]byte(s)) {
			unsignedCheckpoint(part)
		}
		cp, err := parseCheckpoint(s)
		if err == nil && !strings.HasPrefix(s, cp.String()) {
			t.Fatalf("%q is read as %q", s, cp)
		}
	})
}

func FuzzTilePath(f *testing.F) {
	for _, n := range []uint64{0, 999, 1000, 1234067} {
		f.Add(tilePath(entriesLevel, n, 256))
		f.Add(tilePath(2, n, 17))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if level, n, w, ok := parseTilePath(s); ok && tilePath(level, n, w) != s {
			t.Fatalf("%q is read as level %d, %d, %d", s, level, n, w)
		}
	})
}
