package mysqlgate

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// refusal is the error packet for a refusal: a code and SQLSTATE that drivers
// know how to treat, and a message that names the reason, its place in the
// policy and the crossing. It never holds a data value.
func refusal(why sallyport.Reason, act sallyport.Act, id sallyport.ID) *wire.Error {
	e := wire.NewError(codeOf(why.Code, act), exchanges.Refusal(why, act, id))
	if why.Code == sallyport.TLSRequired {
		e.State = "08004" // the server refused the connection
	}
	return e
}

// codeOf is the server error that comes nearest to a reason, so that drivers
// and frameworks do what they would have done had the server refused.
func codeOf(code sallyport.ReasonCode, act sallyport.Act) wire.ErrorCode {
	switch code {
	case sallyport.BadCredentials, sallyport.BadCertificate, sallyport.WrongAddress:
		return wire.ER_ACCESS_DENIED_ERROR
	case sallyport.TLSRequired:
		return wire.ER_SECURE_TRANSPORT_REQUIRED
	case sallyport.Protocol:
		return wire.ER_MALFORMED_PACKET
	case sallyport.Unparsed, sallyport.MultiStatement, sallyport.Ambiguous:
		return wire.ER_PARSE_ERROR
	case sallyport.LocalFile:
		return wire.ER_NOT_ALLOWED_COMMAND
	case sallyport.Unprepared, sallyport.UnknownShape:
		return wire.ER_OPTION_PREVENTS_STATEMENT
	case sallyport.RowLimit, sallyport.RowBudget, sallyport.ValuesSpent, sallyport.BodyLimit, sallyport.RateLimit, sallyport.QuotaSpent:
		if _, logon := act.(*sallyport.Logon); logon {
			return wire.ER_CON_COUNT_ERROR
		}
		return wire.ER_USER_LIMIT_REACHED
	case sallyport.Killed, sallyport.Draining, sallyport.PolicyChanged, sallyport.UnknownDoor:
		return wire.ER_SERVER_SHUTDOWN
	case sallyport.Unrecorded:
		return wire.ER_UNKNOWN_ERROR
	case sallyport.UpstreamRefused:
		return wire.ER_SERVER_ISNT_AVAILABLE
	case sallyport.Dangerous:
		return wire.ER_SPECIFIC_ACCESS_DENIED_ERROR
	}
	if s, ok := act.(*sallyport.Statement); ok {
		switch {
		case len(s.Tables) > 0:
			return wire.ER_TABLEACCESS_DENIED_ERROR
		case s.Kind == sql.KindUse.String():
			return wire.ER_DBACCESS_DENIED_ERROR
		}
	}
	return wire.ER_SPECIFIC_ACCESS_DENIED_ERROR
}

// unrecorded is the error packet for what the ledger could not take.
func unrecorded() *wire.Error {
	return wire.NewError(wire.ER_UNKNOWN_ERROR, "refused by sallyport: the ledger cannot record it")
}

// discreet is an error of the database as the app may see it. Those that are
// about rights name the gateway's own user, which the app has no business to
// know; those of a statement that reaches guarded columns can quote their values.
func discreet(e *wire.Error, guarded bool) (*wire.Error, bool) {
	switch e.Code {
	case wire.ER_DBACCESS_DENIED_ERROR, wire.ER_ACCESS_DENIED_ERROR, wire.ER_TABLEACCESS_DENIED_ERROR,
		wire.ER_COLUMNACCESS_DENIED_ERROR, wire.ER_ACCESS_DENIED_NO_PASSWORD_ERROR, wire.ER_USER_LIMIT_REACHED,
		wire.ER_TOO_MANY_USER_CONNECTIONS, 1370, 1403, 1410, 1419:
		return &wire.Error{Code: e.Code, State: e.State, Message: "the database does not grant this to the door's login"}, true
	}
	if guarded {
		return &wire.Error{Code: e.Code, State: e.State, Message: "the database's message is kept back, since the statement reaches guarded columns"}, true
	}
	return e, false
}
