package grants

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

func inspectMySQL(ctx context.Context, q Querier) (Server, *Catalogue, error) {
	// What SHOW GRANTS puts into quotes depends on the mode.
	if _, err := q.Rows(ctx, "SET SESSION sql_mode = ''"); err != nil {
		return Server{}, nil, fmt.Errorf("setting the mode of the session: %w", err)
	}
	version, err := q.Rows(ctx, "SELECT VERSION()")
	if err != nil || len(version) != 1 {
		return Server{}, nil, fmt.Errorf("asking for the server's version: %w", err)
	}
	flavour := MySQL
	if strings.Contains(strings.ToLower(version[0][0]), "mariadb") {
		flavour = MariaDB
	}
	s := versionOf(flavour, version[0][0])
	c := &Catalogue{}
	schemas, err := q.Rows(ctx, "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME")
	if err != nil {
		return s, nil, fmt.Errorf("asking for the databases: %w", err)
	}
	for _, row := range schemas {
		if !s.systemSchema(row[0]) {
			c.Schemas = append(c.Schemas, row[0])
		}
	}
	tables, err := q.Rows(ctx, "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES ORDER BY TABLE_SCHEMA, TABLE_NAME")
	if err != nil {
		return s, nil, fmt.Errorf("asking for the tables: %w", err)
	}
	views, err := q.Rows(ctx, "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS")
	if err != nil {
		return s, nil, fmt.Errorf("asking for the views: %w", err)
	}
	definitions := map[[2]string]string{}
	for _, row := range views {
		definitions[[2]string{row[0], row[1]}] = row[2]
	}
	for _, row := range tables {
		if !s.systemSchema(row[0]) {
			c.Relations = append(c.Relations, Relation{
				Schema: row[0], Name: row[1], Sequence: row[2] == "SEQUENCE",
				View: row[2] == "VIEW", Definition: definitions[[2]string{row[0], row[1]}],
			})
		}
	}
	return s, c, nil
}

// readMySQL reads every account of a user, whatever its host.
func (s *State) readMySQL(ctx context.Context, q Querier, user string, own bool) error {
	var hosts [][]string
	if own {
		who, err := q.Rows(ctx, "SELECT CURRENT_USER()")
		if err != nil || len(who) != 1 {
			return fmt.Errorf("asking who the session is: %w", err)
		}
		at := strings.LastIndexByte(who[0][0], '@')
		if at < 0 {
			return fmt.Errorf("asking who the session is: the server names no account")
		}
		user, hosts = who[0][0][:at], [][]string{{who[0][0][at+1:]}}
	} else {
		var err error
		if hosts, err = q.Rows(ctx, "SELECT Host FROM mysql.user WHERE User = ? AND Host <> '' ORDER BY Host", user); err != nil {
			return fmt.Errorf("asking for the accounts of %s: %w", user, err)
		}
	}
	for _, h := range hosts {
		a := Account{User: user, Host: h[0]}
		of := s.Server.account(user, h[0])
		if own {
			of = "CURRENT_USER()"
		}
		if err := s.showGrants(ctx, q, &a, of, ""); err != nil {
			return fmt.Errorf("asking for the rights of %s: %w", user, err)
		}
		a.TLSKnown = s.Server.Flavour == MariaDB // MySQL has it elsewhere
		if !own {
			s.requirement(ctx, q, &a)
		}
		s.everybody(ctx, q, &a)
		s.Accounts = append(s.Accounts, a)
	}
	return nil
}

// requirement asks for what an account has to show, which MySQL's SHOW GRANTS
// does not say.
func (s *State) requirement(ctx context.Context, q Querier, a *Account) {
	if s.Server.Flavour == MariaDB {
		return
	}
	rows, err := q.Rows(ctx, "SELECT ssl_type FROM mysql.user WHERE User = ? AND Host = ?", a.User, a.Host)
	if err != nil || len(rows) != 1 {
		s.unseen("whether "+a.User+" has to come with TLS", err)
		return
	}
	a.TLSKnown, a.TLS = true, rows[0][0]
	if a.TLS == "ANY" {
		a.TLS = "SSL"
	}
}

// everybody adds what MariaDB gives to all, which it can since 10.11.
func (s *State) everybody(ctx context.Context, q Querier, a *Account) {
	if s.Server.Flavour != MariaDB || s.Server.Major*100+s.Server.Minor < 1011 {
		return
	}
	if err := s.showGrants(ctx, q, a, "PUBLIC", "PUBLIC"); err != nil && !strings.Contains(err.Error(), "1141") {
		s.unseen("what PUBLIC may", err)
	}
}

// showGrants adds what SHOW GRANTS says of an account or a role, and of the
// roles that it is a member of.
func (s *State) showGrants(ctx context.Context, q Querier, a *Account, of, via string) error {
	rows, err := q.Rows(ctx, "SHOW GRANTS FOR "+of)
	if err != nil {
		return err
	}
	for _, row := range rows {
		line, err := parseGrantLine(row[0])
		if err != nil {
			s.unseen("a right of "+a.User, err)
			continue
		}
		for _, r := range line.rights {
			if h := (Held{Right: r, Via: via, Grantable: line.grantable}); !slices.Contains(a.Held, h) {
				a.Held = append(a.Held, h)
			}
		}
		if line.grantable && len(line.rights) == 0 && len(line.roles) == 0 {
			a.power("GRANT OPTION")
		}
		if line.proxy {
			a.power("PROXY")
		}
		if line.require != "" && via == "" {
			a.TLS = line.require
		}
		for _, role := range line.roles {
			if slices.Contains(a.Roles, role) {
				continue
			}
			a.Roles = append(a.Roles, role)
			root := via
			if root == "" {
				root = role
			}
			if err := s.showGrants(ctx, q, a, s.role(role), root); err != nil {
				s.unseen("what the role "+role+" may", err)
			}
		}
	}
	return nil
}

// role is a role's name as a statement takes it.
func (s *State) role(name string) string {
	if s.Server.Flavour == MySQL {
		user, host, ok := strings.Cut(name, "@")
		if !ok {
			host = "%"
		}
		return s.Server.account(user, host)
	}
	return s.Server.text(name)
}

func (a *Account) power(p string) {
	if !slices.Contains(a.Powers, p) {
		a.Powers = append(a.Powers, p)
	}
}
