package sallyport

import "net/http"

// HTTPStatus is the status (RFC 9110, section 15) with which an http door
// answers a refusal for the reason.
func (c ReasonCode) HTTPStatus() int {
	switch c {
	case UnknownCaller, BadCredentials:
		return http.StatusUnauthorized
	case Protocol, Unparsed, MultiStatement, LocalFile, Ambiguous, TLSRequired:
		return http.StatusBadRequest
	case BodyLimit:
		return http.StatusRequestEntityTooLarge
	case RateLimit, RowBudget, ValuesSpent:
		return http.StatusTooManyRequests
	case QuotaSpent, Killed, PolicyChanged, Draining, Unrecorded, UnknownDoor:
		return http.StatusServiceUnavailable
	case UpstreamRefused:
		return http.StatusBadGateway
	default:
		return http.StatusForbidden
	}
}
