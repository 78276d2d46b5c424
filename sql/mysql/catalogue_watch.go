package mysql

import "strings"

// CatalogueChanges is a statement of one number, which is another after a
// statement that defines something has begun on the server. It is cheap enough to
// be asked every few seconds, by any login. It is a hint to read the catalogue
// again, and no proof that nothing changed: the number moves when an ALTER TABLE
// begins and the catalogue when it ends, and a restart counts anew. So the
// catalogue has to be read in any case from time to time, and its version
// compared.
//
// Temporary tables do not count.
func CatalogueChanges(version string) string {
	table := "performance_schema.global_status"
	if strings.Contains(version, "MariaDB") {
		table = "information_schema.GLOBAL_STATUS"
	}
	return "SELECT SUM(CAST(VARIABLE_VALUE AS UNSIGNED)) FROM " + table +
		` WHERE (VARIABLE_NAME LIKE 'Com\_create\_%' OR VARIABLE_NAME LIKE 'Com\_alter\_%'` +
		` OR VARIABLE_NAME LIKE 'Com\_drop\_%' OR VARIABLE_NAME LIKE 'Com\_rename\_%'` +
		` OR VARIABLE_NAME LIKE 'Com\_grant%' OR VARIABLE_NAME LIKE 'Com\_revoke%')` +
		" AND VARIABLE_NAME NOT LIKE '%temporary%'"
}
