package grants

import (
	"slices"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// nothing are the kinds for which a server asks for no right of their own, or
// that it does not have.
var nothing = map[Flavour][]sql.Kind{
	MariaDB: {sql.KindCall, sql.KindSet, sql.KindUse, sql.KindTransaction, sql.KindPrepare, sql.KindHandler, sql.KindGrant, sql.KindKill, sql.KindFlush,
		sql.KindDo, sql.KindAdmin, sql.KindMerge, sql.KindCopy, sql.KindCursor, sql.KindNotify, sql.KindRefresh},
	Postgres: {sql.KindReplace, sql.KindLoad, sql.KindCall, sql.KindRename, sql.KindShow, sql.KindExplain, sql.KindDescribe, sql.KindSet, sql.KindUse,
		sql.KindTransaction, sql.KindPrepare, sql.KindHandler, sql.KindGrant, sql.KindKill, sql.KindFlush, sql.KindDo, sql.KindAdmin, sql.KindCopy,
		sql.KindCursor, sql.KindNotify},
}

// TestEveryKindIsConsidered tells of a kind of statement that is new to these
// tables: it has to be said what it needs, or that it needs nothing.
func TestEveryKindIsConsidered(t *testing.T) {
	for flavour, kinds := range map[Flavour]map[sql.Kind]requirement{MariaDB: mysqlKinds, Postgres: postgresKinds} {
		for _, k := range sql.Kinds() {
			_, has := kinds[k]
			if none := slices.Contains(nothing[flavour], k); has == none {
				t.Errorf("%s: what %s needs is said %t, that it needs nothing %t", flavour, k, has, none)
			}
		}
	}
}
