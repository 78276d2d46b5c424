package postgresgate

import (
	"slices"
	"strconv"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

const (
	// maxPrepared and maxPortals bound what one session may hold, maxName the
	// bytes of a name.
	maxPrepared = 1024
	maxPortals  = 256
	maxName     = 256
)

// prepared is a statement that the database holds for the session. It is
// judged at each execution: the policy, or what its names mean, may have
// changed.
type prepared struct {
	m     meaning
	text  int      // bytes of the statement
	given []uint32 // the types of parameters, as far as the client says them and they are not the server's own

	// What its result has, as the database told of a portal: it lasts as long as
	// the statement, which fails where the columns are others.
	described bool
	columns   []wire.Column
}

// portal is a statement with its parameters.
type portal struct {
	st    *prepared
	forms wire.Formats // of its result
	path  []string     // where its names were looked for: the database plans it at Bind
	bytes int          // of the parameters
	open  *exchange    // whose rows came in part, and go on with the next Execute
}

func (o *portal) close(err error) {
	if o.open != nil {
		o.open.Count()
		o.open.p.Close(err)
		o.open = nil
	}
}

// refuse records a refusal of the door's own and fails the pipeline by it.
func (s *session) refuse(act *sallyport.Statement, code string, why sallyport.Reason) error {
	c := s.crossing(act)
	e := s.recorded(&c, why)
	if e.Code != wire.CodeInternalError {
		e.Code = code
	}
	return s.fail(e)
}

// parse serves Parse. A refusal is recorded; what is allowed is no crossing
// yet, each execution is.
func (s *session) parse(p []byte) error {
	m, err := wire.DecodeParse(p)
	if err != nil {
		return s.malformed(wire.MsgParse)
	}
	if err := s.beCertain(); err != nil || s.pipe.skip {
		return err
	}
	name := string(m.Name)
	if s.pipe.statements == nil {
		s.pipe.statements = map[string]*prepared{}
	}
	if _, known := s.pipe.statements[name]; len(name) > maxName || !known && len(s.pipe.statements) >= maxPrepared {
		return s.refuse(oddity("Parse"), wire.CodeProgramLimitExceeded,
			sallyport.Reason{Code: sallyport.QuotaSpent, Note: "the session holds " + strconv.Itoa(maxPrepared) + " prepared statements already, or the name is long"})
	}
	what, err := s.understand(m.Query)
	if err != nil {
		return err
	}
	st := &prepared{m: what, text: len(m.Query), given: madeTypes(m.ParamTypes)}
	st.m.act.Prepared = st.m.act.Params > 0 || st.m.act.Literals == 0
	st.m.act.Varies = st.m.act.Literals > 0 && s.d.analyst.Varies(s.from.Name, s.Gone, m.Query, &s.sql)
	x := &exchange{m: st.m, act: st.m.in(s.path), path: s.path, given: st.given}
	if certain, err := s.lookUp(x, wire.MsgParse); err != nil || !certain || s.pipe.skip {
		return err
	}
	if s.foreseen(x).Denied() || s.stale {
		no, err := s.admit(x, uint64(len(p)))
		if err != nil {
			return err
		}
		if no != nil {
			return s.failParse(name, no)
		}
		x.p.Close(nil)
	}
	s.cursors.shake(x.of)
	e := expected{what: wire.MsgParse, name: name, st: st, old: s.pipe.statements[name]}
	if err := s.send(wire.MsgParse, p, e); err != nil || s.pipe.skip {
		return err
	}
	if name != "" {
		// The database refuses a name that is in use already: only its answer
		// tells which statement the name stands for.
		return s.drain()
	}
	s.pipe.statements[name] = st
	return nil
}

// firstMade is the first OID that a server gives to what is made after initdb:
// FirstNormalObjectId of its sources.
const firstMade = 16384

// madeTypes are those of a Parse's types that somebody has made: taking in a value
// of one may run stored code. nil is none.
func madeTypes(types wire.OIDs) (made []uint32) {
	for i := range types.Len() {
		if t := uint32(types.At(i)); t >= firstMade && !slices.Contains(made, t) {
			made = append(made, t)
		}
	}
	return made
}

// failParse is fail for a Parse. One of the unnamed statement destroys the one
// before it, also where it does not succeed.
func (s *session) failParse(name string, e *wire.Error) error {
	if err := s.drain(); err != nil || s.pipe.skip {
		return err
	}
	if name == "" {
		delete(s.pipe.statements, name)
	}
	return s.fail(e)
}

// foreseen is the verdict that an execution would get now, without recording
// anything.
func (s *session) foreseen(x *exchange) sallyport.Verdict {
	s.trace(x, x.path)
	live := s.d.env.Live.Load()
	c := s.crossing(&x.act)
	grant, _ := live.Match(&c)
	v := live.Decide(&c, grant)
	if d, ok := live.Door(s.d.d.Name); ok && d.Mode != policy.Enforce && !v.Reason().Code.BuiltIn() {
		v.Effect = sallyport.Allow
	}
	return v
}

// bind serves Bind.
func (s *session) bind(p []byte) error {
	m, err := wire.DecodeBind(p)
	if err != nil {
		return s.malformed(wire.MsgBind)
	}
	st := s.pipe.statements[string(m.Statement)]
	if st == nil {
		return s.refuse(oddity("Bind"), wire.CodeInvalidStatementName, sallyport.Reason{Code: sallyport.Protocol, Note: "the session has no such prepared statement"})
	}
	if err := s.beCertain(); err != nil || s.pipe.skip {
		return err
	}
	name := string(m.Portal)
	old := s.pipe.portals[name]
	if len(name) > maxName || old == nil && len(s.pipe.portals) >= maxPortals {
		return s.refuse(oddity("Bind"), wire.CodeProgramLimitExceeded,
			sallyport.Reason{Code: sallyport.QuotaSpent, Note: "the session holds " + strconv.Itoa(maxPortals) + " portals already, or the name is long"})
	}
	o := &portal{st: st, forms: m.ResultFormats.Clone(), path: s.path, bytes: len(p)}
	s.cursors.replaced(name)
	s.cursors.shake(s.cursors.of(&st.m))
	if err := s.send(wire.MsgBind, p, expected{what: wire.MsgBind}); err != nil || s.pipe.skip {
		return err
	}
	if old != nil {
		old.close(nil)
	}
	if s.pipe.portals == nil {
		s.pipe.portals = map[string]*portal{}
	}
	s.pipe.portals[name] = o
	return nil
}

// describe serves Describe: what the columns of a statement are that the app
// has prepared, or of a portal.
func (s *session) describe(p []byte) error {
	o, err := wire.DecodeDescribe(p)
	if err != nil {
		return s.malformed(wire.MsgDescribe)
	}
	if err := s.has(o, "Describe"); err != nil || s.pipe.skip {
		return err
	}
	what := wire.MsgDescribe
	return s.send(what, p, expected{what: what})
}

// has refuses the name of a statement or portal that the session does not have:
// it could be the door's own, or one that stored code has made. Of a cursor that is
// known clients ask what its columns are.
func (s *session) has(o wire.Object, message string) error {
	code, note := wire.CodeInvalidCursorName, "the session has no such portal"
	known := s.pipe.portals[string(o.Name)] != nil || s.cursors.known[string(o.Name)] != nil
	if o.Kind == wire.PreparedStatement {
		known, code, note = s.pipe.statements[string(o.Name)] != nil, wire.CodeInvalidStatementName, "the session has no such prepared statement"
	}
	if known {
		return nil
	}
	return s.refuse(oddity(message), code, sallyport.Reason{Code: sallyport.Protocol, Note: note})
}

// closeObject serves Close. It is no error to close what there is not.
func (s *session) closeObject(p []byte) error {
	o, err := wire.DecodeClose(p)
	if err != nil {
		return s.malformed(wire.MsgClose)
	}
	kind, name := o.Kind, string(o.Name) // the message is not valid once it is sent
	e := expected{what: wire.MsgClose}
	if kind == wire.Portal {
		s.cursors.replaced(name)
	}
	if kind != wire.Portal {
		e.name, e.old = name, s.pipe.statements[name]
	}
	if err := s.send(wire.MsgClose, p, e); err != nil || s.pipe.skip {
		return err
	}
	if kind != wire.Portal {
		delete(s.pipe.statements, name)
		return nil
	}
	if old := s.pipe.portals[name]; old != nil {
		// Rows that are still on their way belong to it.
		if err := s.drain(); err != nil {
			return err
		}
		old.close(nil)
		delete(s.pipe.portals, name)
	}
	return nil
}
