package grants

import "context"

// mysql looks at a MySQL or MariaDB beyond the login's rights.
func (v *verifier) mysql(ctx context.Context) {
	for _, a := range v.state.Accounts {
		if a.Host == "%" {
			v.find(CodeAnyHost, "the account is let in from every host")
		}
	}
	if cipher, ok := v.setting(ctx, "whether the session is encrypted", "SHOW SESSION STATUS LIKE 'Ssl_cipher'"); ok && cipher == "" {
		v.find(CodeClear, "the gateway's session is in the clear")
	}
	if !v.target.LocalInfile {
		if on, ok := v.setting(ctx, "local_infile", "SELECT @@global.local_infile"); ok && on == "1" {
			v.find(CodeInfile, "local_infile is on")
		}
	}
	// NULL forbids file statements at MySQL; MariaDB has it where nothing is set,
	// and lets them reach every folder.
	folder, ok := v.setting(ctx, "secure_file_priv", "SELECT IFNULL(@@global.secure_file_priv, 'NULL')")
	if ok && (folder == "" || folder == "NULL" && v.state.Server.Flavour == MariaDB) {
		v.find(CodeFileFolder, "secure_file_priv names no folder")
	}
	v.accounts(ctx)
}

// accounts looks at everybody's, where who is asked may. One that is locked lets
// nobody in.
func (v *verifier) accounts(ctx context.Context) {
	from, password := "mysql.user WHERE account_locked = 'N'", "plugin IN ('mysql_native_password', 'caching_sha2_password', 'sha256_password')"
	if s := v.state.Server; s.Flavour == MariaDB {
		from, password = "mysql.user WHERE is_role = 'N' AND Host <> ''", "plugin IN ('', 'mysql_native_password')"
		if s.Major > 10 || s.Major == 10 && s.Minor >= 4 { // before, none could be locked
			from += " AND (User, Host) NOT IN (SELECT User, Host FROM mysql.global_priv WHERE JSON_VALUE(Priv, '$.account_locked') IN ('1', 'true'))"
		}
	}
	rows, err := v.admin.Rows(ctx, "SELECT User, Host FROM "+from+" AND User = '' ORDER BY Host")
	if err != nil {
		v.unseen("other accounts (anonymous ones, those without a password)", err)
		return
	}
	for _, row := range rows {
		v.find(CodeAnonymous, "an anonymous account at %s", row[1])
	}
	if rows, err = v.admin.Rows(ctx, "SELECT User FROM "+from+" AND User <> '' AND Host = '%' ORDER BY User"); err != nil {
		v.unseen("accounts that are let in from every host", err)
		return
	}
	for _, row := range rows {
		if row[0] != v.login.User {
			v.find(CodeAnyHost, "the account %s is let in from every host", row[0])
		}
	}
	if rows, err = v.admin.Rows(ctx, "SELECT User, Host FROM "+from+" AND User <> '' AND authentication_string = '' AND "+password+" ORDER BY User, Host"); err != nil {
		v.unseen("accounts without a password", err)
		return
	}
	for _, row := range rows {
		v.find(CodeNoPassword, "the account %s at %s has no password", row[0], row[1])
	}
}
