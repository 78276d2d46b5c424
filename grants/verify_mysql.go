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
	if on, ok := v.setting(ctx, "local_infile", "SELECT @@global.local_infile"); ok && on == "1" {
		v.find(CodeInfile, "local_infile is on")
	}
	// NULL forbids file statements at MySQL; MariaDB has it where nothing is set,
	// and lets them reach every folder.
	folder, ok := v.setting(ctx, "secure_file_priv", "SELECT IFNULL(@@global.secure_file_priv, 'NULL')")
	if ok && (folder == "" || folder == "NULL" && v.state.Server.Flavour == MariaDB) {
		v.find(CodeFileFolder, "secure_file_priv names no folder")
	}
	v.accounts(ctx)
}

// accounts looks at everybody's, where the login may.
func (v *verifier) accounts(ctx context.Context) {
	rows, err := v.querier.Rows(ctx, "SELECT User, Host FROM mysql.user WHERE User = '' AND Host <> '' ORDER BY Host")
	if err != nil {
		v.unseen("other accounts (anonymous ones, those without a password)", err)
		return
	}
	for _, row := range rows {
		v.find(CodeAnonymous, "an anonymous account at %s", row[1])
	}
	if rows, err = v.querier.Rows(ctx, "SELECT User FROM mysql.user WHERE User <> '' AND Host = '%' ORDER BY User"); err != nil {
		v.unseen("accounts that are let in from every host", err)
		return
	}
	for _, row := range rows {
		if row[0] != v.login.User {
			v.find(CodeAnyHost, "the account %s is let in from every host", row[0])
		}
	}
	query := "SELECT User, Host FROM mysql.user WHERE User <> '' AND authentication_string = '' AND account_locked = 'N' AND plugin IN ('mysql_native_password', 'caching_sha2_password', 'sha256_password') ORDER BY User, Host"
	if v.state.Server.Flavour == MariaDB {
		query = "SELECT User, Host FROM mysql.user WHERE User <> '' AND Host <> '' AND is_role = 'N' AND authentication_string = '' AND plugin IN ('', 'mysql_native_password') ORDER BY User, Host"
	}
	if rows, err = v.querier.Rows(ctx, query); err != nil {
		v.unseen("accounts without a password", err)
		return
	}
	for _, row := range rows {
		v.find(CodeNoPassword, "the account %s at %s has no password", row[0], row[1])
	}
}
