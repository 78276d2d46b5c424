package grants

import (
	"fmt"
	"io"
	"strings"
)

// Options are how SQL is written.
type Options struct {
	// From is the host pattern of MySQL's accounts: where the gateway logs in
	// from. "" is "%", everywhere.
	From string
	// Catalogue is what the server has; nil where it was not asked.
	Catalogue *Catalogue
}

// from is the host of accounts that are made.
func (o Options) from() string {
	if o.From == "" {
		return "%"
	}
	return o.From
}

// Write writes the SQL that gives each login of a target what it needs and
// nothing else. The same policy gives the same text. No password is in it: an
// account is made so that nobody can log in, and a comment says where its
// password comes from.
func Write(w io.Writer, t *Target, s Server, o Options) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "-- %s at %s: the rights of the logins of %s.\n", s, comment(t.Address()), doors(t.Doors))
	b.WriteString("-- Made by `sallyport grants generate`. Run it as an administrator, once the tables are there.\n")
	if s.Flavour == Postgres {
		fmt.Fprintf(b, "-- Run it in the database %s.\n", comment(t.Database))
	}
	if s.Flavour != Postgres && o.from() == "%" {
		b.WriteString("-- The accounts are let in from every host: --from 10.0.3.% names those of the gateway.\n")
	}
	for i := range t.Logins {
		l := &t.Logins[i]
		fmt.Fprintf(b, "\n-- Login %s of %s, %s. %s.\n", comment(l.User), doors(l.Doors), l.At, proof(l))
		if s.Flavour == Postgres {
			writeRole(b, s, l)
		} else {
			writeUser(b, s, l, o.from(), !t.Host.TLS.Cert.IsZero())
			if t.Host.TLS.Plain {
				// The account is made to want TLS all the same: it is for a person to take that away.
				fmt.Fprintf(b, "-- By hand: the policy has the gateway come in the clear, which this account refuses (error 1045): give the host %s a `tls`, or ALTER USER %s REQUIRE NONE.\n",
					comment(t.Host.Name), comment(s.account(l.User, o.from())))
			}
		}
		d := Derive(t, l, s, o.Catalogue)
		for _, n := range d.Notes {
			fmt.Fprintf(b, "-- By hand: %s: %s.\n", n.At, comment(n.Text))
		}
		for _, g := range grouped(d.Rights) {
			statement := s.grant(g.rights, s.account(l.User, o.from()))
			if s.absent(o.Catalogue, g.rights) {
				statement = "-- The server does not have it yet. Then: " + comment(statement)
			}
			fmt.Fprintf(b, "-- %s\n%s\n", comment(g.reasons()), statement)
		}
	}
	if s.Flavour == Postgres {
		writePublic(b, s, t)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func doors(names []string) string {
	if len(names) == 1 {
		return "door " + names[0]
	}
	return "doors " + strings.Join(names, ", ")
}

// proof is what a login proves itself by.
func proof(l *Login) string {
	if l.Password.IsZero() {
		return "It has no password: the gateway's certificate is its proof"
	}
	return "Its password is " + comment(l.Password.Ref)
}

// writeUser makes an account of MySQL or MariaDB that nobody can log in to yet.
// Where the gateway shows a certificate the account wants one.
func writeUser(b *strings.Builder, s Server, l *Login, from string, certified bool) {
	require := "SSL"
	if certified {
		require = "X509"
	}
	who := s.account(l.User, from)
	if s.Flavour == MariaDB {
		// Without a method the account would have an empty password, and be open
		// to who unlocks it; no password has this hash.
		fmt.Fprintf(b, "CREATE USER IF NOT EXISTS %s IDENTIFIED VIA mysql_native_password USING 'invalid' REQUIRE %s ACCOUNT LOCK;\n", who, require)
	} else {
		fmt.Fprintf(b, "CREATE USER IF NOT EXISTS %s REQUIRE %s ACCOUNT LOCK;\n", who, require)
	}
	fmt.Fprintf(b, "ALTER USER %s REQUIRE %s;\n", who, require)
	if l.Password.IsZero() {
		fmt.Fprintf(b, "-- Then, with the subject of the gateway's certificate: ALTER USER %s IDENTIFIED BY '' REQUIRE SUBJECT '…' ACCOUNT UNLOCK;\n", comment(who))
		return
	}
	fmt.Fprintf(b, "-- Then, with the value of %s: ALTER USER %s IDENTIFIED BY '…' ACCOUNT UNLOCK;\n", comment(l.Password.Ref), comment(who))
}

// roleAttributes is what a login is not.
const roleAttributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"

// writeRole makes a role of PostgreSQL, which cannot log in by password until
// it has one.
func writeRole(b *strings.Builder, s Server, l *Login) {
	role := s.name(l.User)
	// PostgreSQL has no CREATE ROLE IF NOT EXISTS.
	statement := s.text("CREATE ROLE " + role)
	fmt.Fprintf(b, "DO %s;\n", s.text("BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = "+s.text(l.User)+") THEN EXECUTE "+statement+"; END IF; END"))
	fmt.Fprintf(b, "ALTER ROLE %s %s;\n", role, roleAttributes)
	if l.Password.IsZero() {
		b.WriteString("-- That it comes with the gateway's certificate is for pg_hba.conf to ask: hostssl with the method cert, and no other line that takes it.\n")
		return
	}
	fmt.Fprintf(b, "-- Then, with the value of %s, in psql, which sends its hash only: \\password %s\n", comment(l.Password.Ref), comment(role))
	b.WriteString("-- That a login comes with TLS is for pg_hba.conf to ask: hostssl, and no host line that takes it.\n")
}

// writePublic suggests what is everybody's to be taken, which others may count
// on.
func writePublic(b *strings.Builder, s Server, t *Target) {
	b.WriteString("\n-- What everybody may do in the database, the logins may too. Take it away once nothing else counts on it:\n")
	fmt.Fprintf(b, "-- REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n-- REVOKE TEMPORARY ON DATABASE %s FROM PUBLIC;\n", comment(s.name(t.Database)))
	fmt.Fprintf(b, "-- REVOKE CONNECT ON DATABASE %s FROM PUBLIC;\n", comment(s.name(t.Database)))
}
