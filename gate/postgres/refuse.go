package postgresgate

import (
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// refusal is the error for a refusal: a SQLSTATE that drivers know how to
// treat, and a message that names the reason, its place in the policy and the
// crossing. It never holds a data value.
func refusal(why sallyport.Reason, act sallyport.Act, id sallyport.ID) *wire.Error {
	return wire.NewError(wire.SeverityError, codeOf(why.Code, act), exchanges.Refusal(why, act, id))
}

// codeOf is the SQLSTATE that comes nearest to a reason, so that drivers and
// frameworks do what they would have done had the server refused.
func codeOf(code sallyport.ReasonCode, act sallyport.Act) string {
	_, logon := act.(*sallyport.Logon)
	switch code {
	case sallyport.BadCredentials, sallyport.WrongAddress:
		return wire.CodeInvalidPassword
	case sallyport.BadCertificate:
		return wire.CodeInvalidAuthorization
	case sallyport.TLSRequired:
		return wire.CodeRejectedConnection
	case sallyport.Protocol:
		return wire.CodeProtocolViolation
	case sallyport.Unparsed, sallyport.MultiStatement, sallyport.Ambiguous:
		return wire.CodeSyntaxError
	case sallyport.RowLimit, sallyport.RowBudget, sallyport.ValuesSpent, sallyport.BodyLimit, sallyport.RateLimit, sallyport.QuotaSpent:
		if logon {
			return wire.CodeTooManyConnections
		}
		return wire.CodeProgramLimitExceeded
	case sallyport.Killed, sallyport.Draining, sallyport.PolicyChanged, sallyport.UnknownDoor:
		return wire.CodeAdminShutdown
	case sallyport.Unrecorded:
		return wire.CodeInternalError
	case sallyport.UpstreamRefused:
		if logon {
			return wire.CodeCannotConnectNow
		}
		return wire.CodeConnectionFailure
	}
	if logon {
		return wire.CodeInvalidAuthorization
	}
	return wire.CodeInsufficientPrivilege
}

// unrecorded is the error for what the ledger could not take.
func unrecorded() *wire.Error {
	return wire.NewError(wire.SeverityError, wire.CodeInternalError, "refused by sallyport: the ledger cannot record it")
}

// discreet is an error of the database as the app may see it. Those about the
// rights of roles can name the gateway's own, which the app has no business to
// know: SQLSTATEs of the class 28, and 42501 where its message speaks of a role.
// Those of a statement that reaches guarded columns can quote their values.
func discreet(e *wire.Error, login string, guarded bool) (*wire.Error, bool) {
	named := login != "" && (strings.Contains(e.Message, login) || strings.Contains(e.Detail, login) || strings.Contains(e.Hint, login))
	if !strings.HasPrefix(e.Code, "28") && !(e.Code == wire.CodeInsufficientPrivilege || e.Code == wire.CodeTooManyConnections) || !named {
		if guarded {
			return plainly(e), true
		}
		return e, false
	}
	return &wire.Error{Severity: e.Severity, SeverityCode: e.SeverityCode, Code: e.Code,
		Message: "the database does not grant this to the door's login"}, true
}

// sqlstate is a SQLSTATE of the database as it may stand in a record: five
// digits and capital letters, or none.
func sqlstate(s string) string {
	if len(s) != 5 {
		return ""
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return ""
		}
	}
	return s
}
