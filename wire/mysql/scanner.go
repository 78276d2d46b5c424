package mysql

import "fmt"

// PacketKind is what a packet of a response is.
type PacketKind uint8

// Packet kinds.
const (
	KindInvalid     PacketKind = iota
	KindOK                     // a command done, without rows
	KindErr                    // a command refused, or broken off among its rows
	KindColumnCount            // a result set begins
	KindColumn                 // a column definition
	KindColumnsEnd             // the EOF behind column definitions
	KindRow                    // a row
	KindRowsEnd                // the EOF, or the OK in its place, behind rows
	KindLocalInfile            // the server asks the client for a file
	KindPrepareOK              // a statement prepared
	KindParam                  // a parameter definition
	KindParamsEnd              // the EOF behind parameter definitions
	KindProgress               // MariaDB's progress report
	KindStatistics             // the text that answers COM_STATISTICS
)

var kindNames = [...]string{"invalid", "OK", "ERR", "column count", "column", "columns end", "row",
	"rows end", "LOCAL INFILE", "prepare OK", "parameter", "parameters end", "progress", "statistics"}

// String names the kind.
func (k PacketKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

type scanState uint8

const (
	scanDone scanState = iota // the zero value expects nothing
	scanFirst
	scanPrepare
	scanParams
	scanParamsEnd
	scanPrepareColumns
	scanPrepareColumnsEnd
	scanColumns
	scanColumnsEnd
	scanRows
	scanFieldList
	scanSimple
	scanStatistics
	scanAfterInfile
)

// ResultScanner tells what each packet of the response to one command is. It
// decides by the place of the packet in the response, its first byte and its
// length, never by its first byte alone; where clients are known to read a
// packet differently, it takes it for malformed.
//
// Rows need nothing but a Head, so that a proxy can count and forward them
// without looking inside. The zero value is Done: Start it.
type ResultScanner struct {
	caps   Capability
	state  scanState
	binary bool
	fetch  bool
	cached bool
	params int
	cols   int
	left   int
	status Status
	rows   uint64
}

// ScanPrefix is how many bytes of a packet Step needs to see, or the whole
// packet when it is shorter.
const ScanPrefix = 32

// Start begins the response to a command. caps are the capabilities in force.
// It returns ErrUnsupported, wrapped, for commands whose responses this codec
// does not follow: replication, and COM_CHANGE_USER, which is authentication.
// A Silent command is Done at once.
func (s *ResultScanner) Start(cmd Command, caps Capability) error {
	*s = ResultScanner{caps: caps}
	if caps&^Supported != 0 {
		return fmt.Errorf("mysql: following a response with capabilities %v: %w", caps&^Supported, ErrUnsupported)
	}
	switch cmd {
	case ComQuery:
		s.state = scanFirst
	case ComStmtExecute, ComStmtBulkExecute:
		s.state, s.binary = scanFirst, true
	case ComStmtFetch:
		s.state, s.binary, s.fetch = scanRows, true, true
	case ComStmtPrepare:
		s.state = scanPrepare
	case ComFieldList:
		s.state = scanFieldList
	case ComStatistics:
		s.state = scanStatistics
	case ComInitDB, ComPing, ComStmtReset, ComResetConnection, ComSetOption, ComDebug, ComProcessKill,
		ComRefresh, ComCreateDB, ComDropDB, ComShutdown:
		s.state = scanSimple
	case ComQuit, ComStmtClose, ComStmtSendLongData:
	default:
		return fmt.Errorf("mysql: following the response to %v: %w", cmd, ErrUnsupported)
	}
	return nil
}

// Done reports whether the response is complete: the next packet on the
// connection must be the client's.
func (s *ResultScanner) Done() bool { return s.state == scanDone }

// InRows reports whether the next packet is a row or ends the rows.
func (s *ResultScanner) InRows() bool { return s.state == scanRows }

// Binary reports whether rows are of the binary protocol.
func (s *ResultScanner) Binary() bool { return s.binary }

// Rows returns how many rows the response has had, over all its result sets.
func (s *ResultScanner) Rows() uint64 { return s.rows }

// Columns returns the number of columns of the result set, or of the statement
// that was prepared.
func (s *ResultScanner) Columns() int { return s.cols }

// Cached reports whether the result set comes without column definitions, which
// are then those of the statement's preparation or of its last execution that
// had any: only with MariaDBCacheMetadata.
func (s *ResultScanner) Cached() bool { return s.cached }

// Params returns the number of parameters of the statement that was prepared.
func (s *ResultScanner) Params() int { return s.params }

// Status returns the server status of the last OK or EOF.
func (s *ResultScanner) Status() Status { return s.status }

// Row reports whether the packet is a row, and counts it if so. When it is
// false the packet goes to Step.
func (s *ResultScanner) Row(h Head) bool {
	if s.state != scanRows || h.Len == 0 {
		return false
	}
	if h.First >= HeaderEOF && !(h.First == HeaderEOF && h.Len == maxFrame) {
		return false
	}
	if s.binary && h.First != 0 {
		return false
	}
	s.rows++
	return true
}

// Step takes the next packet: its head, and at least its first ScanPrefix
// bytes. An error means that the response cannot be followed any more: the
// connection must be ended, and the packet not be passed on.
func (s *ResultScanner) Step(h Head, prefix []byte) (PacketKind, error) {
	if s.Row(h) {
		return KindRow, nil
	}
	if len(prefix) < min(h.Len, ScanPrefix) || h.Len == 0 || prefix[0] != h.First {
		return s.fail()
	}
	p := prefix[:min(len(prefix), h.Len)]
	if h.First == HeaderErr && s.state != scanDone {
		if h.Len < 3 || h.Len == maxFrame {
			return s.fail()
		}
		if s.caps.Has(MariaDBProgress) && ErrorCode(p[1])|ErrorCode(p[2])<<8 == progressCode {
			return KindProgress, nil
		}
		s.state = scanDone
		return KindErr, nil
	}
	switch s.state {
	case scanFirst:
		return s.first(h, p)
	case scanAfterInfile:
		if h.First == HeaderOK {
			return s.ok(h, p, KindOK)
		}
	case scanRows:
		if h.First == HeaderEOF {
			return s.rowsEnd(h, p)
		}
	case scanColumns, scanParams, scanPrepareColumns:
		if h.First != HeaderEOF && h.First != HeaderOK && h.First != nullCell && h.Len < maxFrame {
			return s.definition(), nil
		}
	case scanColumnsEnd, scanParamsEnd, scanPrepareColumnsEnd:
		return s.definitionsEnd(h, p)
	case scanPrepare:
		return s.prepared(h, p)
	case scanFieldList:
		if h.First == HeaderEOF {
			return s.rowsEnd(h, p)
		}
		if h.First != HeaderOK && h.First != nullCell && h.Len < maxFrame {
			return KindColumn, nil
		}
	case scanSimple:
		if h.First == HeaderOK {
			return s.ok(h, p, KindOK)
		}
		if h.First == HeaderEOF {
			return s.rowsEnd(h, p)
		}
	case scanStatistics:
		s.state = scanDone
		return KindStatistics, nil
	}
	return s.fail()
}

func (s *ResultScanner) fail() (PacketKind, error) {
	s.state = scanDone
	return KindInvalid, malformed("response")
}
