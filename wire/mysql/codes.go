package mysql

// ErrorCode is the number of an error in an ERR packet.
type ErrorCode uint16

// Server error codes that a proxy answers with or recognises. The names are
// those of the MySQL manual's "Server Error Message Reference".
const (
	ER_CON_COUNT_ERROR                 ErrorCode = 1040
	ER_BAD_HOST_ERROR                  ErrorCode = 1042
	ER_HANDSHAKE_ERROR                 ErrorCode = 1043
	ER_DBACCESS_DENIED_ERROR           ErrorCode = 1044
	ER_ACCESS_DENIED_ERROR             ErrorCode = 1045
	ER_NO_DB_ERROR                     ErrorCode = 1046
	ER_UNKNOWN_COM_ERROR               ErrorCode = 1047
	ER_BAD_DB_ERROR                    ErrorCode = 1049
	ER_SERVER_SHUTDOWN                 ErrorCode = 1053
	ER_BAD_FIELD_ERROR                 ErrorCode = 1054
	ER_DUP_ENTRY                       ErrorCode = 1062
	ER_PARSE_ERROR                     ErrorCode = 1064
	ER_EMPTY_QUERY                     ErrorCode = 1065
	ER_NO_SUCH_THREAD                  ErrorCode = 1094
	ER_KILL_DENIED_ERROR               ErrorCode = 1095
	ER_UNKNOWN_ERROR                   ErrorCode = 1105
	ER_HOST_IS_BLOCKED                 ErrorCode = 1129
	ER_HOST_NOT_PRIVILEGED             ErrorCode = 1130
	ER_TABLEACCESS_DENIED_ERROR        ErrorCode = 1142
	ER_COLUMNACCESS_DENIED_ERROR       ErrorCode = 1143
	ER_NO_SUCH_TABLE                   ErrorCode = 1146
	ER_NOT_ALLOWED_COMMAND             ErrorCode = 1148
	ER_ABORTING_CONNECTION             ErrorCode = 1152
	ER_NET_PACKET_TOO_LARGE            ErrorCode = 1153
	ER_NET_READ_ERROR                  ErrorCode = 1158
	ER_NET_READ_INTERRUPTED            ErrorCode = 1159
	ER_NET_ERROR_ON_WRITE              ErrorCode = 1160
	ER_NET_WRITE_INTERRUPTED           ErrorCode = 1161
	ER_NEW_ABORTING_CONNECTION         ErrorCode = 1184
	ER_TOO_MANY_USER_CONNECTIONS       ErrorCode = 1203
	ER_LOCK_WAIT_TIMEOUT               ErrorCode = 1205
	ER_LOCK_DEADLOCK                   ErrorCode = 1213
	ER_USER_LIMIT_REACHED              ErrorCode = 1226
	ER_SPECIFIC_ACCESS_DENIED_ERROR    ErrorCode = 1227
	ER_UNKNOWN_STMT_HANDLER            ErrorCode = 1243
	ER_NOT_SUPPORTED_AUTH_MODE         ErrorCode = 1251
	ER_OPTION_PREVENTS_STATEMENT       ErrorCode = 1290
	ER_UNSUPPORTED_PS                  ErrorCode = 1295
	ER_QUERY_INTERRUPTED               ErrorCode = 1317
	ER_STMT_HAS_NO_OPEN_CURSOR         ErrorCode = 1421
	ER_MAX_PREPARED_STMT_COUNT_REACHED ErrorCode = 1461
	ER_PLUGIN_IS_NOT_LOADED            ErrorCode = 1524
	ER_NEED_REPREPARE                  ErrorCode = 1615
	ER_SERVER_ISNT_AVAILABLE           ErrorCode = 3168
	ER_ACCESS_DENIED_NO_PASSWORD_ERROR ErrorCode = 1698
	ER_MALFORMED_PACKET                ErrorCode = 1835
	ER_CONNECTION_KILLED               ErrorCode = 1927
	ER_QUERY_TIMEOUT                   ErrorCode = 3024
	ER_SECURE_TRANSPORT_REQUIRED       ErrorCode = 3159
	ER_CLIENT_INTERACTION_TIMEOUT      ErrorCode = 4031
)

// Client-side error codes, for a proxy that tells what went wrong between it
// and its upstream. They are numbers of the client library; a server does not
// send them in an ERR packet.
const (
	CR_UNKNOWN_ERROR           ErrorCode = 2000
	CR_CONNECTION_ERROR        ErrorCode = 2002
	CR_CONN_HOST_ERROR         ErrorCode = 2003
	CR_UNKNOWN_HOST            ErrorCode = 2005
	CR_SERVER_GONE_ERROR       ErrorCode = 2006
	CR_VERSION_ERROR           ErrorCode = 2007
	CR_SERVER_HANDSHAKE_ERR    ErrorCode = 2012
	CR_SERVER_LOST             ErrorCode = 2013
	CR_COMMANDS_OUT_OF_SYNC    ErrorCode = 2014
	CR_NET_PACKET_TOO_LARGE    ErrorCode = 2020
	CR_SSL_CONNECTION_ERROR    ErrorCode = 2026
	CR_MALFORMED_PACKET        ErrorCode = 2027
	CR_AUTH_PLUGIN_CANNOT_LOAD ErrorCode = 2059
	CR_AUTH_PLUGIN_ERR         ErrorCode = 2061
)

// progressCode in an ERR packet marks a MariaDB progress report, when that was
// negotiated; it is not an error.
const progressCode ErrorCode = 0xFFFF

// SQLState returns the five-character SQLSTATE that goes with the code, or
// "HY000" (general error) where the manual assigns no other.
func (c ErrorCode) SQLState() string {
	switch c {
	case ER_CON_COUNT_ERROR:
		return "08004"
	case ER_BAD_HOST_ERROR, ER_HANDSHAKE_ERROR, ER_UNKNOWN_COM_ERROR, ER_SERVER_SHUTDOWN,
		ER_ABORTING_CONNECTION, ER_NET_PACKET_TOO_LARGE, ER_NET_READ_ERROR, ER_NET_READ_INTERRUPTED,
		ER_NET_ERROR_ON_WRITE, ER_NET_WRITE_INTERRUPTED, ER_NEW_ABORTING_CONNECTION:
		return "08S01"
	case ER_NOT_SUPPORTED_AUTH_MODE:
		return "08004"
	case ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
		return "28000"
	case ER_NO_DB_ERROR:
		return "3D000"
	case ER_DBACCESS_DENIED_ERROR, ER_BAD_DB_ERROR, ER_PARSE_ERROR, ER_EMPTY_QUERY,
		ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR, ER_NOT_ALLOWED_COMMAND,
		ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED, ER_SPECIFIC_ACCESS_DENIED_ERROR,
		ER_MAX_PREPARED_STMT_COUNT_REACHED:
		return "42000"
	case ER_NO_SUCH_TABLE:
		return "42S02"
	case ER_BAD_FIELD_ERROR:
		return "42S22"
	case ER_DUP_ENTRY:
		return "23000"
	case ER_LOCK_DEADLOCK:
		return "40001"
	case ER_QUERY_INTERRUPTED, ER_CONNECTION_KILLED:
		return "70100"
	}
	return "HY000"
}
