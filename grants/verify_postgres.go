package grants

import (
	"context"
	"strings"
)

// postgres looks at a PostgreSQL beyond the login's rights.
func (v *verifier) postgres(ctx context.Context) {
	if ssl, ok := v.setting(ctx, "whether the session is encrypted", "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()"); ok && ssl != "true" {
		v.find(CodeClear, "the gateway's session is in the clear")
	}
	// Since version 18 it is a list of what is logged.
	if on, ok := v.setting(ctx, "log_connections", "SELECT current_setting('log_connections')"); ok && (on == "off" || on == "") {
		v.find(CodeUnlogged, "log_connections is off")
	}
	if hash, ok := v.setting(ctx, "password_encryption", "SELECT current_setting('password_encryption')"); ok && hash == "md5" {
		v.find(CodeWeakHash, "password_encryption is md5")
	}
	v.stored(ctx)
	v.hba(ctx)
	for _, a := range v.state.Accounts {
		for _, h := range a.Held {
			if h.Via == "PUBLIC" && h.Level == OnDatabase && h.Privilege == "TEMPORARY" {
				v.find(CodePublicTemp, "everybody may make temporary tables in the database")
			}
		}
	}
}

// stored looks at how passwords are kept, which administrators may.
func (v *verifier) stored(ctx context.Context) {
	rows, err := v.admin.Rows(ctx, "SELECT rolname::text FROM pg_authid WHERE rolcanlogin AND rolpassword LIKE 'md5%' ORDER BY 1")
	if err != nil {
		v.unseen("how passwords are kept", err)
		return
	}
	for _, row := range rows {
		v.find(CodeWeakHash, "the password of %s is kept as md5", row[0])
	}
}

// hba looks at who is let in how, which administrators may.
func (v *verifier) hba(ctx context.Context) {
	rows, err := v.admin.Rows(ctx, `SELECT line_number::text, type::text, array_to_string(user_name, ' '), auth_method::text
 FROM pg_hba_file_rules WHERE error IS NULL ORDER BY line_number`)
	if err != nil {
		v.unseen("pg_hba.conf, and in it whether the login has to come with TLS", err)
		return
	}
	for _, row := range rows {
		line, sort, users, method := row[0], row[1], " "+row[2]+" ", row[3]
		if method == "trust" {
			v.find(CodeTrust, "line %s of pg_hba.conf asks for nothing", line)
		}
		// A role (+name) and a pattern (/…) may be the login's.
		ours := strings.Contains(users, " all ") || strings.Contains(users, " "+v.login.User+" ") || strings.Contains(users, " +") || strings.Contains(users, " /")
		if ours && method != "reject" && (sort == "host" || sort == "hostnossl") {
			v.find(CodeTLS, "line %s of pg_hba.conf may let the login in without TLS", line)
		}
	}
}
