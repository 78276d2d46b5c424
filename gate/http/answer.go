package httpgate

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/sallyport/sallyport"
)

// crossingHeader carries the crossing's ID: to the app with each request, and
// to the client with a refusal.
const crossingHeader = "X-Sallyport-Crossing"

// detailOf is the sentence that a client gets for a reason. It says nothing of
// the rule: whoever may know looks the ID up in the ledger.
func detailOf(code sallyport.ReasonCode) string {
	switch code {
	case sallyport.UnknownCaller:
		return "Callers have to say who they are here."
	case sallyport.BadCredentials:
		return "The credentials are not valid."
	case sallyport.Ambiguous:
		return "The request can be read in more than one way."
	case sallyport.TLSRequired:
		return "This door speaks TLS only."
	case sallyport.UpgradeRefused:
		return "The protocol may not be changed here."
	}
	return detailOfStatus(code.HTTPStatus())
}

func detailOfStatus(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The request breaks the protocol."
	case http.StatusRequestEntityTooLarge:
		return "The body is too large."
	case http.StatusTooManyRequests:
		return "Too many requests."
	case http.StatusServiceUnavailable:
		return "The request cannot be served now."
	case http.StatusBadGateway:
		return "The application could not be reached."
	}
	return "The request is not allowed."
}

// problem is the body of an answer that refuses: RFC 9457. Nothing in it needs
// escaping.
func problem(id sallyport.ID, code sallyport.ReasonCode, status int, detail string) string {
	return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q,"instance":"urn:uuid:%s","reason":%q}`+"\n",
		http.StatusText(status), status, detail, id, code)
}

// refusal is an answer that refuses.
type refusal struct {
	id     sallyport.ID
	code   sallyport.ReasonCode
	status int // 0 for the code's own
	retry  time.Duration
}

// answer is the status that the client gets.
func (a refusal) answer() int {
	if a.status != 0 {
		return a.status
	}
	return a.code.HTTPStatus()
}

// write answers. Nothing must have been written before; what the door did not
// read of the body makes the connection unfit for another request.
func (a refusal) write(w http.ResponseWriter, r *http.Request, challenge string) (status int) {
	status, detail := a.answer(), detailOf(a.code)
	if status == http.StatusTooManyRequests {
		detail = detailOfStatus(status)
	}
	body := problem(a.id, a.code, status, detail)
	h := w.Header()
	clear(h)
	h["Content-Type"] = []string{"application/problem+json"}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	h["Cache-Control"] = []string{"no-store"}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	h[crossingHeader] = []string{a.id.String()}
	if a.retry > 0 {
		h["Retry-After"] = []string{strconv.Itoa(int(math.Ceil(a.retry.Seconds())))}
	}
	if status == http.StatusUnauthorized {
		if a.code == sallyport.BadCredentials {
			challenge += `, error="invalid_token"` // RFC 6750, section 3.1
		}
		h["Www-Authenticate"] = []string{challenge}
	}
	if r.ProtoMajor == 1 && r.ContentLength != 0 {
		h["Connection"] = []string{"close"}
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write([]byte(body))
	}
	return status
}

// rawProblem is a whole answer for a client that net/http never gets to see.
func rawProblem(id sallyport.ID, code sallyport.ReasonCode) (head, body string) {
	status := code.HTTPStatus()
	body = problem(id, code, status, detailOf(code))
	head = fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\nConnection: close\r\n%s: %s\r\n\r\n",
		status, http.StatusText(status), len(body), crossingHeader, id)
	return head, body
}
