package bypass

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// World is a database as the corpus wants it. All hold the same but for the
// two secrets.
type World struct {
	Database string
	Email    string // Ada's, in users and contacts
	Card     string // Ada's, in users
}

// What a mask shows by intention (the first letter and the domain of an
// address, the last four digits of a card, the lengths) is the same in all
// worlds.
const (
	domain   = "@example.com"
	lastFour = "1111"
	emailOne = "aqz7vkxw3mfjt" + domain
	emailTwo = "ab5nthry9pdgc" + domain
	cardOne  = "497186035274" + lastFour
	cardTwo  = "453629701845" + lastFour
)

// First is the world in which a client looks for secrets, Twin holds the same
// secrets under another name, and Second holds others.
var (
	First  = World{"bypass_a", emailOne, cardOne}
	Second = World{"bypass_b", emailTwo, cardTwo}
	Twin   = World{"bypass_c", emailOne, cardOne}
)

// secrets are what nobody is to see: without what masks show by intention.
func (w World) secrets() []string {
	return []string{strings.TrimSuffix(w.Email, domain)[1:], strings.TrimSuffix(w.Card, lastFour)}
}

// AppUser and AppPassword are the login at the database that the cases are
// played by: directly by the client itself, else by what stands in between.
const (
	AppUser     = "bypass_app"
	AppPassword = "password-of-the-app"
)

// Stage is a server with the worlds of the corpus, and how each is reached. It
// is for one goroutine.
type Stage struct {
	Server Server
	DBA    func(database string) string // the administrator's data source name; "" is a database that is always there
	App    func(database string) string // AppUser's, directly
	Dir    string                       // a directory that the server may write to
	Host   string                       // where the server finds itself
	Port   string

	once, anew []Statement // of a server, and of a database
	fresh      map[string]bool
	token      int
}

// NewStage reads the schema of the server from the root of files and makes
// what all worlds share: users, and the databases themselves.
func NewStage(ctx context.Context, files fs.FS, s Stage) (*Stage, error) {
	s.fresh = map[string]bool{}
	for _, f := range []struct {
		name string
		to   *[]Statement
	}{{"server", &s.once}, {"schema", &s.anew}} {
		name := f.name + "." + string(s.Server) + ".sql"
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading the schema: %w", err)
		}
		for _, p := range paragraphs(string(text)) {
			*f.to = append(*f.to, Statement{Text: p, Protocol: Simple, DBA: true})
		}
	}
	for _, w := range []World{First, Second, Twin} {
		if err := s.administer(ctx, "", w, s.once); err != nil {
			return nil, fmt.Errorf("preparing the server: %w", err)
		}
	}
	return &s, nil
}

// Reset makes all worlds anew.
func (s *Stage) Reset(ctx context.Context) error {
	for _, w := range []World{First, Second, Twin} {
		s.fresh[w.Database] = false
		if err := s.renew(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// renew makes the database of the world anew, where something may have changed
// in it.
func (s *Stage) renew(ctx context.Context, w World) error {
	if s.fresh[w.Database] {
		return nil
	}
	if err := s.administer(ctx, w.Database, w, s.anew); err != nil {
		return fmt.Errorf("making %s anew: %w", w.Database, err)
	}
	s.fresh[w.Database] = true
	return nil
}

// administer runs statements as the administrator. An error of one ends it.
func (s *Stage) administer(ctx context.Context, database string, w World, statements []Statement) error {
	dba, err := s.dial(ctx, s.DBA(database), &Received{})
	if err != nil {
		return err
	}
	defer dba.close()
	return s.command(ctx, dba, w, statements)
}

// command runs statements on a connection of the administrator's.
func (s *Stage) command(ctx context.Context, dba client, w World, statements []Statement) error {
	for _, st := range statements {
		if err := dba.send(ctx, s.fill(st, w)); err != nil {
			return fmt.Errorf("%q: %w", st.Text, err)
		}
		if refused := dba.refusal(); refused != "" {
			return fmt.Errorf("%q: %s", st.Text, refused)
		}
	}
	return nil
}

// fill replaces the words that begin with a dollar in a statement. Only the
// administrator's know the secrets.
func (s *Stage) fill(st Statement, w World) Statement {
	pairs := []string{"$DATABASE", w.Database, "$TOKEN", fmt.Sprintf("%s_%d", w.Database, s.token), "$DIR", s.Dir,
		"$HOST", s.Host, "$PORT", s.Port, "$USER", AppUser, "$PASSWORD", AppPassword}
	if st.DBA {
		pairs = append(pairs, "$EMAIL", w.Email, "$CARD", w.Card)
	}
	st.Text = strings.NewReplacer(pairs...).Replace(st.Text)
	return st
}

// client is one session at a server.
type client interface {
	// send sends one statement and takes in all that comes back. Errors of the
	// server are received like anything else; an error is returned when the
	// session has ended.
	send(ctx context.Context, s Statement) error
	// finish takes in what the server would tell only now.
	finish(ctx context.Context) error
	// refusal is the last error that the server sent, "" where none was.
	refusal() string
	close()
}

// sessionLimit bounds one play of a case, on a busy machine.
const sessionLimit = time.Minute

func (s *Stage) dial(ctx context.Context, dsn string, to *Received) (client, error) {
	if s.Server == Postgres {
		return dialPostgres(ctx, dsn, to)
	}
	return dialMySQL(ctx, dsn, to)
}
