package postgres

// SQLSTATEs that a gate answers with or looks for; the manual's appendix "PostgreSQL Error
// Codes" has them all.
const (
	CodeWarning                = "01000"
	CodeConnectionFailure      = "08006"
	CodeRejectedConnection     = "08004" // sqlserver_rejected_establishment_of_sqlconnection
	CodeProtocolViolation      = "08P01"
	CodeFeatureNotSupported    = "0A000"
	CodeInvalidTransaction     = "25000" // invalid_transaction_state
	CodeInFailedTransaction    = "25P02" // in_failed_sql_transaction
	CodeInvalidStatementName   = "26000" // invalid_sql_statement_name
	CodeInvalidAuthorization   = "28000" // invalid_authorization_specification
	CodeInvalidPassword        = "28P01"
	CodeInvalidCursorName      = "34000"
	CodeInvalidCatalogName     = "3D000" // no such database
	CodeSyntaxError            = "42601"
	CodeInsufficientPrivilege  = "42501"
	CodeTooManyConnections     = "53300"
	CodeProgramLimitExceeded   = "54000"
	CodeStatementTooComplex    = "54001"
	CodeLockNotAvailable       = "55P03"
	CodeQueryCanceled          = "57014"
	CodeAdminShutdown          = "57P01"
	CodeCannotConnectNow       = "57P03"
	CodeIdleSessionTimeout     = "57P05"
	CodeConfigurationFileError = "F0000"
	CodeInternalError          = "XX000"
)
