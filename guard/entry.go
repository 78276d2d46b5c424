package guard

import (
	"context"
	"encoding/hex"
	"errors"
	"io"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// entry is the crossing as the ledger keeps it: what the policy names stands
// in clear, what a client chose stands as a keyed hash, values stand nowhere.
func (g *Guard) entry(c *sallyport.Crossing, t ledger.Type) *ledger.Entry {
	e := &ledger.Entry{
		Type: t, ID: c.ID, Session: c.Session, Time: c.Begin.UTC(), App: c.App, Door: c.Door,
		From: g.peers.of(c.From, g.peer), To: g.peers.of(c.To, g.peer), Act: g.act(c.Act),
		In: flow(c.In), Out: flow(c.Out), Effect: c.Verdict.Effect.String(),
	}
	if !c.End.IsZero() {
		e.Nanos = c.End.Sub(c.Begin).Nanoseconds()
	}
	if c.Cause.How != sallyport.NoEvidence {
		e.Cause = ledger.Cause{ID: c.Cause.ID, How: c.Cause.How.String()}
	}
	if c.Verdict.Would != c.Verdict.Effect {
		e.Would = c.Verdict.Would.String()
	}
	if c.Verdict.Policy != (sallyport.Digest{}) {
		e.Policy = g.digests.of(c.Verdict.Policy, digestText)
	}
	if n := len(c.Verdict.Reasons); n > 0 {
		e.Reasons = make([]ledger.Reason, 0, n)
	}
	for _, r := range c.Verdict.Reasons {
		e.Reasons = append(e.Reasons, g.reason(r))
	}
	for _, f := range c.Findings {
		e.Finds = append(e.Finds, ledger.Find{By: f.Inspector, Code: f.Code, Where: f.Where, Class: f.Class, Count: f.Count})
	}
	for _, m := range c.Verdict.Masks {
		e.Masks = append(e.Masks, ledger.Mask{Where: m.Where, Masker: m.Masker})
	}
	sql := c.Context.SQL
	if s, ok := c.Act.(*sallyport.Statement); ok && s.Database != "" {
		sql.Database = s.Database // a statement that was prepared in another stays in it
	}
	if sql != (sallyport.SQLContext{}) {
		e.SQL = g.states.of(sql, sqlState)
	}
	return e
}

func sqlState(c sallyport.SQLContext) *ledger.SQLState {
	return &ledger.SQLState{Database: c.Database, Role: c.Role, Mode: c.Mode, Charset: c.Charset, Server: c.Server, Catalogue: c.Catalogue}
}

// digestText is the digest in full.
func digestText(d sallyport.Digest) string { return hex.EncodeToString(d[:]) }

func (g *Guard) reason(r sallyport.Reason) ledger.Reason {
	out := ledger.Reason{Code: r.Code.String(), Path: r.At.Path, Note: r.Note}
	if !r.At.IsZero() {
		out.At = g.positions.of(r.At, sallyport.Position.String)
	}
	return out
}

func flow(f sallyport.Flow) ledger.Flow {
	return ledger.Flow{Bytes: f.Bytes, Rows: f.Rows, Classes: f.Classes.Names()}
}

// peer names a party. The address of one that proved itself as an app, or that
// the policy names as a host, is the operator's own; any other is a person's.
func (g *Guard) peer(p sallyport.Party) ledger.Peer {
	out := ledger.Peer{Name: p.Name, TLS: p.TLS}
	if p.Kind != sallyport.UnknownParty {
		out.Kind = p.Kind.String()
	}
	if p.Proof != 0 {
		out.Proof, out.Certificate = p.Proof.String(), p.Certificate
	}
	if !p.Addr.IsValid() {
		return out
	}
	ours := p.Kind == sallyport.HostParty || p.Kind == sallyport.AppParty || p.Kind == sallyport.GatewayParty
	if ours || g.opts.Addresses {
		out.Addr = p.Addr.String()
	} else {
		out.Addr = g.opts.Recorder.Pseudonym("addr", []byte(p.Addr.Addr().Unmap().String()))
	}
	return out
}

func (g *Guard) act(a sallyport.Act) ledger.Act {
	var out ledger.Act
	if a == nil {
		return out
	}
	out.Dir = a.Direction().String()
	out.Verb = entryVerb(a)
	switch a := a.(type) {
	case *sallyport.HTTPRequest:
		out.Kind, out.What, out.Proto, out.Media, out.Status = "http", a.Route, a.Proto, g.media(a.ContentType), a.Status
		out.Rest = g.hash("path", a.Path)
		out.Host = g.hash("host", a.Host)
	case *sallyport.Statement:
		out.Kind, out.What, out.Proto = "sql", a.Shape, a.Protocol
		if len(a.Kinds) > 1 {
			out.Kinds = a.Kinds
		}
		if n := len(a.Tables); n > 0 {
			out.Tables = make([]string, 0, n)
		}
		for _, t := range a.Tables {
			out.Tables = append(out.Tables, t.String())
			if t.Write {
				out.Writes = append(out.Writes, t.String())
			}
		}
		out.Danger, out.Steers, out.Prepared, out.Varies, out.Params = a.Dangers, a.Steers(), a.Prepared, a.Varies, a.Params
		out.Affected, out.Error = a.Affected, a.Error
		if a.Unparsed != "" {
			// Without a grammar nobody can tell a value from a name.
			out.What, out.Rest = "", g.hash("shape", a.Shape)
		}
	case *sallyport.Logon:
		out.Kind, out.Proto, out.Error = "logon", a.Protocol, a.Error
		out.Rest = g.hash("user", a.User)
	case *sallyport.Dial:
		out.Kind, out.Host = "dial", g.hash("host", a.Host)
	case *sallyport.Mail:
		out.Kind = "mail"
	case *sallyport.Object:
		out.Kind, out.Media = "object", a.MediaType
		out.Rest = g.hash("name", a.Name)
	case *sallyport.Message:
		out.Kind = "message"
		out.Rest = g.hash("topic", a.Topic)
	}
	return out
}

func (g *Guard) hash(kind, value string) string {
	if value == "" {
		return ""
	}
	return g.opts.Recorder.Pseudonym(kind, []byte(value))
}

// media is a media type that is in common use, or a hash: a client can write
// anything there.
func (g *Guard) media(t string) string {
	switch t {
	case "application/json", "application/problem+json", "application/xml", "text/xml", "text/plain", "text/html",
		"text/css", "text/csv", "text/javascript", "text/event-stream", "application/x-www-form-urlencoded",
		"multipart/form-data", "application/octet-stream", "application/pdf", "application/zip", "application/gzip",
		"application/grpc", "application/x-ndjson", "image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml":
		return t
	}
	return g.hash("media", t)
}

// entryVerb is one word of a closed set for what was done.
func entryVerb(a sallyport.Act) string {
	switch a := a.(type) {
	case *sallyport.HTTPRequest:
		return a.Verb()
	case *sallyport.Statement:
		return a.Kind
	default:
		return ""
	}
}

// outcome says in a word of a closed set what ended a crossing early: the text
// of an error may hold what a peer sent.
func outcome(err error) string {
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return "cut: " + refusal.Verdict.Reason().Code.String()
	case errors.Is(err, ErrNotRun):
		return ErrNotRun.Error()
	case errors.Is(err, context.Canceled):
		return "the client went away"
	case errors.Is(err, context.DeadlineExceeded):
		return "timed out"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the connection ended early"
	default:
		return "ended by an error of the connection or the upstream"
	}
}
