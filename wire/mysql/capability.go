package mysql

import (
	"fmt"
	"strings"
)

// Capability is the set of capability flags of one side, or what both agreed
// on. Bits 0 to 31 are the flags of the MySQL manual; bits 32 to 63 are
// MariaDB's extended ones, which travel in bytes that MySQL leaves zero.
type Capability uint64

// Capability flags. ClientLongPassword is what MariaDB calls CLIENT_MYSQL: a
// MariaDB server clears it, and only then are the extended bits defined.
const (
	ClientLongPassword Capability = 1 << iota
	ClientFoundRows
	ClientLongFlag
	ClientConnectWithDB
	ClientNoSchema
	ClientCompress
	ClientODBC
	ClientLocalFiles
	ClientIgnoreSpace
	ClientProtocol41
	ClientInteractive
	ClientSSL
	ClientIgnoreSIGPIPE
	ClientTransactions
	ClientReserved
	ClientSecureConnection
	ClientMultiStatements
	ClientMultiResults
	ClientPSMultiResults
	ClientPluginAuth
	ClientConnectAttrs
	ClientPluginAuthLenencData
	ClientCanHandleExpiredPasswords
	ClientSessionTrack
	ClientDeprecateEOF
	ClientOptionalResultsetMetadata
	ClientZstdCompression
	ClientQueryAttributes
	ClientMultiFactorAuth
	ClientCapabilityExtension
	ClientSSLVerifyServerCert
	ClientRememberOptions
	MariaDBProgress
	MariaDBComMulti
	MariaDBStmtBulkOperations
	MariaDBExtendedMetadata
	MariaDBCacheMetadata
	MariaDBBulkUnitResults
)

// Supported are the flags whose effect on the bytes this codec knows. A proxy
// offers and asks for no other: ClientCompress, ClientZstdCompression,
// ClientOptionalResultsetMetadata, ClientMultiFactorAuth, MariaDBComMulti and
// MariaDBBulkUnitResults change the bytes in ways that are not decoded here.
const Supported = ClientLongPassword | ClientFoundRows | ClientLongFlag | ClientConnectWithDB |
	ClientNoSchema | ClientODBC | ClientLocalFiles | ClientIgnoreSpace | ClientProtocol41 |
	ClientInteractive | ClientSSL | ClientIgnoreSIGPIPE | ClientTransactions | ClientReserved |
	ClientSecureConnection | ClientMultiStatements | ClientMultiResults | ClientPSMultiResults |
	ClientPluginAuth | ClientConnectAttrs | ClientPluginAuthLenencData |
	ClientCanHandleExpiredPasswords | ClientSessionTrack | ClientDeprecateEOF |
	ClientQueryAttributes | ClientSSLVerifyServerCert | ClientRememberOptions |
	MariaDBProgress | MariaDBStmtBulkOperations | MariaDBExtendedMetadata | MariaDBCacheMetadata

// ResponseLayout are the flags that change the bytes of a response. Between two
// connections that agree on them, responses can be forwarded untouched.
const ResponseLayout = ClientProtocol41 | ClientDeprecateEOF | ClientSessionTrack |
	MariaDBProgress | MariaDBExtendedMetadata | MariaDBCacheMetadata

var capabilityNames = [...]string{
	"LONG_PASSWORD", "FOUND_ROWS", "LONG_FLAG", "CONNECT_WITH_DB", "NO_SCHEMA", "COMPRESS", "ODBC",
	"LOCAL_FILES", "IGNORE_SPACE", "PROTOCOL_41", "INTERACTIVE", "SSL", "IGNORE_SIGPIPE",
	"TRANSACTIONS", "RESERVED", "SECURE_CONNECTION", "MULTI_STATEMENTS", "MULTI_RESULTS",
	"PS_MULTI_RESULTS", "PLUGIN_AUTH", "CONNECT_ATTRS", "PLUGIN_AUTH_LENENC_CLIENT_DATA",
	"CAN_HANDLE_EXPIRED_PASSWORDS", "SESSION_TRACK", "DEPRECATE_EOF",
	"OPTIONAL_RESULTSET_METADATA", "ZSTD_COMPRESSION_ALGORITHM", "QUERY_ATTRIBUTES",
	"MULTI_FACTOR_AUTHENTICATION", "CAPABILITY_EXTENSION", "SSL_VERIFY_SERVER_CERT",
	"REMEMBER_OPTIONS", "MARIADB_PROGRESS", "MARIADB_COM_MULTI", "MARIADB_STMT_BULK_OPERATIONS",
	"MARIADB_EXTENDED_METADATA", "MARIADB_CACHE_METADATA", "MARIADB_BULK_UNIT_RESULTS",
}

// Has reports whether every flag of f is set in c.
func (c Capability) Has(f Capability) bool { return c&f == f }

// String names the flags, joined by "|".
func (c Capability) String() string {
	var names []string
	for i := range 64 {
		if c&(1<<i) == 0 {
			continue
		}
		if i < len(capabilityNames) {
			names = append(names, capabilityNames[i])
		} else {
			names = append(names, fmt.Sprintf("bit%d", i))
		}
	}
	if names == nil {
		return "0"
	}
	return strings.Join(names, "|")
}

// Status is the server status in OK and EOF packets.
type Status uint16

// Server status flags.
const (
	StatusInTrans            Status = 0x0001
	StatusAutocommit         Status = 0x0002
	StatusMoreResultsExists  Status = 0x0008
	StatusNoGoodIndexUsed    Status = 0x0010
	StatusNoIndexUsed        Status = 0x0020
	StatusCursorExists       Status = 0x0040
	StatusLastRowSent        Status = 0x0080
	StatusDBDropped          Status = 0x0100
	StatusNoBackslashEscapes Status = 0x0200
	StatusMetadataChanged    Status = 0x0400
	StatusQueryWasSlow       Status = 0x0800
	StatusPSOutParams        Status = 0x1000
	StatusInTransReadonly    Status = 0x2000
	StatusSessionChanged     Status = 0x4000
)

// Has reports whether every flag of f is set in s.
func (s Status) Has(f Status) bool { return s&f == f }
