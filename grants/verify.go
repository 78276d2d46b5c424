package grants

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Verify looks for weak spots with a session that is logged in as the door's
// own login: what it may beyond what the policy needs, and what else of the server
// it can see. What it cannot see is a finding too. Where admin is not nil, an
// administrator's session is asked in its place for the accounts of others, and
// for how the server lets in.
func Verify(ctx context.Context, q, admin Querier, t *Target, l *Login) ([]Finding, error) {
	s, err := Read(ctx, q, t, l.User, true)
	if err != nil {
		return nil, err
	}
	v := &verifier{target: t, login: l, querier: q, admin: admin, state: s}
	if admin == nil {
		v.admin = q
	}
	diffs, _ := Diff(t, l, s)
	for _, d := range diffs {
		v.difference(d)
	}
	if s.Server.Flavour == Postgres {
		v.postgres(ctx)
	} else {
		v.mysql(ctx)
		v.sight()
	}
	return v.found, nil
}

type verifier struct {
	target  *Target
	login   *Login
	querier Querier
	admin   Querier // who sees more than the login; else the login's own
	state   *State
	found   []Finding
}

func (v *verifier) find(c Code, format string, args ...any) {
	k := kindsOfFinding[c]
	f := Finding{Code: c, Severity: k.severity, Server: v.target.Address(), Login: v.login.User, What: fmt.Sprintf(format, args...), Do: k.do}
	if !slices.Contains(v.found, f) {
		v.found = append(v.found, f)
	}
}

// unseen says what the login may not see.
func (v *verifier) unseen(what string, err error) {
	v.find(CodeUnseen, "%s cannot be seen: %v", what, err)
}

// difference turns what Diff found into a finding.
func (v *verifier) difference(d Difference) {
	what := d.What
	if d.Why != "" {
		what += ": " + d.Why
	}
	switch {
	case d.Sort == Unknown:
		v.find(CodeUnseen, "%s", d.What)
	case d.What == "REQUIRE SSL":
		v.find(CodeTLS, "the account is let in without TLS")
	case d.Sort == Missing && d.sight: // sight tells more
	case d.Sort == Missing:
		v.find(CodeLacks, "it has no %s", what)
	case d.Sort == Excess:
		v.find(weight(d), "%s", what)
	}
}

// weight is the code of a right or power that no rule needs.
func weight(d Difference) Code {
	power := strings.SplitN(d.What, through, 2)[0]
	global := strings.Contains(d.What, " ON *.*")
	has := func(words ...string) bool {
		return slices.ContainsFunc(strings.Split(strings.SplitN(d.What, " ON ", 2)[0], ", "), func(p string) bool { return slices.Contains(words, p) })
	}
	switch {
	case power == "SUPERUSER", global && has("ALL PRIVILEGES", "SUPER"):
		return CodeAllPower
	case global && has("FILE"), slices.Contains(filePowers, power):
		return CodeFiles
	case power == "CREATEROLE", power == "PROXY", has("GRANT OPTION"), power == "GRANT OPTION", global && has("CREATE USER"):
		return CodePassesOn
	case strings.HasPrefix(power, memberOf):
		return CodePredefined
	case power == "CREATEDB", power == "REPLICATION", power == "BYPASSRLS", global:
		return CodeServerWide
	case strings.Contains(d.What, ", owned by "):
		return CodeOwner
	}
	return CodeNotNeeded
}

var filePowers = []string{memberOf + "pg_read_server_files", memberOf + "pg_write_server_files", memberOf + "pg_execute_server_program"}

// setting asks for one value; what is refused is unseen.
func (v *verifier) setting(ctx context.Context, what, query string) (string, bool) {
	rows, err := v.querier.Rows(ctx, query)
	if err == nil && (len(rows) != 1 || len(rows[0]) == 0) {
		err = fmt.Errorf("the server has no answer")
	}
	if err != nil {
		v.unseen(what, err)
		return "", false
	}
	return rows[0][len(rows[0])-1], true
}
