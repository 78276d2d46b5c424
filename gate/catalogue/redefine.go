package catalogue

import (
	"slices"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
)

// redefining are the kinds of statement that change what names mean, or what the
// door's login sees of it.
var redefining = []string{
	sql.KindCreate.String(), sql.KindAlter.String(), sql.KindDrop.String(), sql.KindRename.String(), sql.KindGrant.String(),
}

// Redefines tells whether a statement may change the catalogue: by its kind, or by
// code that nobody has read.
func Redefines(s *sallyport.Statement) bool {
	return slices.ContainsFunc(s.Kinds, func(k string) bool { return slices.Contains(redefining, k) }) ||
		slices.Contains(s.Dangers, sql.DangerStoredCode.String()) || slices.Contains(s.Dangers, sql.DangerDynamicSQL.String())
}
