package policy

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/sallyport/sallyport"
)

// canonical is the digest of the policy. What is hashed is the checked policy
// field by field, each with its name and length: neither formatting nor
// comments nor the order of names change it, and nor does writing a default
// out. Positions are left out but for whether there is one, since a limit of 0
// is not the absence of a limit.
func (p *Policy) canonical() sallyport.Digest {
	e := encoder{h: sha256.New()}
	e.text("sallyport policy 1")
	q := *p
	q.File = ""
	byName(&q.Apps, func(a App) string { return a.Name })
	byName(&q.Hosts, func(h Host) string { return h.Name })
	byName(&q.Classes, func(c Class) string { return c.Name })
	byName(&q.Keys, func(k Key) string { return k.Name })
	e.value(reflect.ValueOf(q))
	return sallyport.Digest(e.h.Sum(nil))
}

// connectionOf is the digest of all that a session of the door was set up
// under: the door without its rules, its classes, multi-statements and its mode, the host that it leads to,
// and, other than in the digest of the policy, the values of secrets and keys.
func (p *Policy) connectionOf(d *Door) sallyport.Digest {
	e := encoder{h: sha256.New(), secrets: true}
	e.text("sallyport door 1")
	c := *d
	c.Allow, c.In, c.Out, c.UnknownLineage, c.UnknownLineageAt, c.Mode = nil, nil, nil, sallyport.Deny, sallyport.Position{}, Enforce
	c.MultiStatements = false // the door asks for it with each message
	e.value(reflect.ValueOf(c))
	for _, h := range p.Hosts {
		if h.Name == d.To.Host {
			e.value(reflect.ValueOf(h))
		}
	}
	return sallyport.Digest(e.h.Sum(nil))
}

func byName[T any](all *[]T, name func(T) string) {
	*all = slices.SortedStableFunc(slices.Values(*all), func(a, b T) int {
		if name(a) < name(b) {
			return -1
		}
		return boolInt(name(a) > name(b))
	})
}

type encoder struct {
	h       hash.Hash
	secrets bool // values of secrets and private keys too
}

func (e encoder) text(s string) {
	e.number(uint64(len(s)))
	e.h.Write([]byte(s))
}

func (e encoder) number(n uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	e.h.Write(b[:])
}

// value writes v; a type that it does not know panics in the first test that
// loads a policy, so that no new field can be left out.
func (e encoder) value(v reflect.Value) {
	switch x := v.Interface().(type) {
	case sallyport.Position:
		e.number(uint64(boolInt(!x.IsZero())))
		return
	case Secret:
		e.text(x.Ref)
		if e.secrets {
			e.sum(x.value)
		}
		return
	case File:
		e.text(x.Ref)
		e.sum(x.Data)
		return
	case Shapes:
		e.value(reflect.ValueOf(x.File))
		return
	case ServerTLS:
		e.value(reflect.ValueOf(x.Cert))
		e.text(x.Key.Ref)
		e.number(uint64(boolInt(x.Optional)))
		e.value(reflect.ValueOf(x.Client))
		if e.secrets {
			e.sum(x.Key.Data)
		}
		return
	case ClientTLS:
		e.value(reflect.ValueOf(x.CA))
		e.text(x.ServerName)
		e.value(reflect.ValueOf(x.Cert))
		e.text(x.Key.Ref)
		e.number(uint64(boolInt(x.Plain)))
		if e.secrets {
			e.sum(x.Key.Data)
		}
		return
	case time.Time:
		e.text(x.UTC().Format(time.RFC3339Nano))
		return
	case netip.Prefix:
		e.text(x.String())
		return
	case *url.URL:
		if x == nil {
			x = &url.URL{}
		}
		e.text(x.String())
		return
	case map[string]Login:
		e.number(uint64(len(x)))
		for _, name := range slices.Sorted(maps.Keys(x)) {
			e.text(name)
			e.value(reflect.ValueOf(x[name]))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				e.text(f.Name)
				e.value(v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		e.number(uint64(v.Len()))
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.String:
		e.text(v.String())
	case reflect.Bool:
		e.number(uint64(boolInt(v.Bool())))
	case reflect.Int, reflect.Int64:
		e.number(uint64(v.Int()))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.number(v.Uint())
	default:
		panic(fmt.Sprintf("policy: no canonical form for %s", v.Type()))
	}
}

func (e encoder) sum(data []byte) {
	s := sha256.Sum256(data)
	e.h.Write(s[:])
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
