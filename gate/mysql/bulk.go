package mysqlgate

import (
	"github.com/sallyport/sallyport/gate/exchanges"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// executeBulk serves COM_STMT_BULK_EXECUTE, by which MariaDB's clients execute a
// statement with many rows of parameters at once. It is one crossing, judged as
// the statement, and its count is that of all rows.
func (s *session) executeBulk(p []byte) error {
	if !s.caps.Has(wire.MariaDBStmtBulkOperations) {
		return s.unserved(wire.ComStmtBulkExecute)
	}
	b, err := wire.DecodeBulkExecute(p)
	if err != nil {
		return s.offence("COM_STMT_BULK_EXECUTE is malformed")
	}
	if b.Flags&wire.BulkUnitResults != 0 {
		return s.offence("COM_STMT_BULK_EXECUTE asks for results that were not negotiated")
	}
	st, _ := s.statement(p)
	if ok, err := s.executable(st, wire.ComStmtBulkExecute); !ok {
		return err
	}
	if b.Flags&wire.BulkTypes != 0 {
		st.types = nil // those of before hold no more
	}
	return s.executed(st, wire.ComStmtBulkExecute, p, func(x *exchange, _ []byte) { exchanges.Unseen(x.p, protocol, "parameters") })
}
