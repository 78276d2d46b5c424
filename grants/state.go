package grants

import (
	"context"
	"fmt"
)

// Held is a right that an account has, and how it comes to it.
type Held struct {
	Right
	// Via is the role of the account that brings it, itself or by another role
	// that it is a member of; "PUBLIC"; or "" for the account itself.
	Via string
	// Grantable: it may be passed on to others.
	Grantable bool
	// Default: it is not held yet, and will be on what the role Maker makes.
	Default bool
	Maker   string
}

// Account is a login at a server: at a MySQL a user at one host.
type Account struct {
	User, Host string
	Held       []Held
	// Roles are those that it is a member of, directly or through others.
	Roles []string
	// Powers are what no single right is, in the server's words: SUPERUSER,
	// CREATEROLE, "member of pg_read_server_files", PROXY.
	Powers []string
	// Owns are the relations and schemas that it, or a role of it, owns.
	Owns []Owned
	// TLS is what the account has to show: "" for nothing, "SSL", "X509"…;
	// TLSKnown tells whether the server said so.
	TLS      string
	TLSKnown bool
}

// Owned is a thing with its owner, who can do everything with it.
type Owned struct {
	Schema, Name string // Name "" is the schema itself; both "" the database
	Owner        string
}

// State is what a server has of one login.
type State struct {
	Server    Server
	Catalogue *Catalogue
	Accounts  []Account // none where the server has no such user
	// Unseen is what could not be read, and why: nothing follows from its absence.
	Unseen []string
}

// unseen notes what the server did not tell.
func (s *State) unseen(what string, err error) {
	s.Unseen = append(s.Unseen, fmt.Sprintf("%s cannot be seen: %v", what, err))
}

// Inspect asks a server which it is and what it has that rights can be on.
func Inspect(ctx context.Context, q Querier, t *Target) (Server, *Catalogue, error) {
	if t.Kind == "postgres" {
		return inspectPostgres(ctx, q)
	}
	return inspectMySQL(ctx, q)
}

// Read asks a server for the rights of a login. own says that q is logged in as
// that login, which sees its own account only.
func Read(ctx context.Context, q Querier, t *Target, user string, own bool) (*State, error) {
	server, catalogue, err := Inspect(ctx, q, t)
	if err != nil {
		return nil, err
	}
	s := &State{Server: server, Catalogue: catalogue}
	if t.Kind == "postgres" {
		return s, s.readPostgres(ctx, q, t, user)
	}
	return s, s.readMySQL(ctx, q, user, own)
}
