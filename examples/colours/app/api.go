package app

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/sallyport/sallyport/examples/colours/store"
)

// failure is the body of every answer that is not a success.
type failure struct {
	Error    string   `json:"error"`
	Problems Problems `json:"problems,omitempty"` // by field
}

func (a *App) apiSignup(w http.ResponseWriter, r *http.Request) {
	var c Credentials
	if !a.decode(w, r, &c) {
		return
	}
	u, err := a.register(r.Context(), c)
	if err != nil {
		a.apiFail(w, r, err)
		return
	}
	a.apiEnter(w, r, http.StatusCreated, u)
}

func (a *App) apiLogin(w http.ResponseWriter, r *http.Request) {
	var c Credentials
	if !a.decode(w, r, &c) {
		return
	}
	u, err := a.authenticate(r.Context(), c)
	if err != nil {
		a.apiFail(w, r, err)
		return
	}
	a.apiEnter(w, r, http.StatusOK, u)
}

func (a *App) apiEnter(w http.ResponseWriter, r *http.Request, status int, u store.User) {
	a.sessions.End(r)
	http.SetCookie(w, a.sessions.Begin(u.ID, u.Email))
	reply(w, status, struct {
		ID    int64  `json:"id"`
		Email string `json:"email"`
	}{u.ID, u.Email})
}

func (a *App) apiLogout(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, a.sessions.End(r))
	w.WriteHeader(http.StatusNoContent)
}

func (a *App) apiColour(w http.ResponseWriter, r *http.Request) {
	s, ok := a.sessions.Of(r)
	if !ok {
		reply(w, http.StatusUnauthorized, failure{Error: "log in first: POST /api/login"})
		return
	}
	c, err := a.store.Colour(r.Context(), s.UserID)
	if err != nil {
		a.apiFail(w, r, err)
		return
	}
	reply(w, http.StatusOK, c)
}

func (a *App) apiSetColour(w http.ResponseWriter, r *http.Request) {
	s, ok := a.sessions.Of(r)
	if !ok {
		reply(w, http.StatusUnauthorized, failure{Error: "log in first: POST /api/login"})
		return
	}
	var in struct {
		Name string `json:"name"`
	}
	if !a.decode(w, r, &in) {
		return
	}
	name, problems := cleanColour(in.Name)
	if problems != nil {
		a.apiFail(w, r, problems)
		return
	}
	now := a.now().UTC()
	if err := a.store.SetColour(r.Context(), s.UserID, name, now); err != nil {
		a.apiFail(w, r, err)
		return
	}
	reply(w, http.StatusOK, store.Colour{Name: name, UpdatedAt: now})
}

func (a *App) apiPopular(w http.ResponseWriter, r *http.Request) {
	counts, err := a.store.Popular(r.Context())
	if err != nil {
		a.apiFail(w, r, err)
		return
	}
	reply(w, http.StatusOK, struct {
		Colours []store.Count `json:"colours"`
	}{counts})
}

// decode reads one JSON object and nothing after it into v, or answers why it
// cannot. Asking for application/json keeps HTML forms of other sites out.
func (a *App) decode(w http.ResponseWriter, r *http.Request, v any) bool {
	if mt, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mt != "application/json" {
		reply(w, http.StatusUnsupportedMediaType, failure{Error: "send Content-Type: application/json"})
		return false
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil {
		_, err = dec.Token()
		if err == io.EOF {
			return true
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		a.apiFail(w, r, err)
		return false
	}
	reply(w, http.StatusBadRequest, failure{Error: "the body is not the one JSON object that is wanted"})
	return false
}

func (a *App) apiFail(w http.ResponseWriter, r *http.Request, err error) {
	if p, ok := errors.AsType[Problems](err); ok {
		reply(w, http.StatusUnprocessableEntity, failure{Error: "invalid input", Problems: p})
		return
	}
	switch {
	case errors.Is(err, errWrong):
		reply(w, http.StatusUnauthorized, failure{Error: errWrong.Error()})
	case errors.Is(err, store.ErrNotFound):
		reply(w, http.StatusNotFound, failure{Error: "no colour saved yet"})
	default:
		status, msg := a.outcome(r, err)
		reply(w, status, failure{Error: msg})
	}
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The client that went away is the only one who could be told.
	_ = json.NewEncoder(w).Encode(v)
}
