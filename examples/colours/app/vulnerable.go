package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/sallyport/sallyport/examples/colours/store"
)

// search is WRONG on purpose: it hands what the client sent to store.Search,
// which makes SQL of it, and tells the client what the database said.
func (a *App) search(w http.ResponseWriter, r *http.Request) {
	found, err := a.store.Search(r.Context(), r.URL.Query().Get("name"))
	if err != nil {
		reply(w, http.StatusInternalServerError, failure{Error: err.Error()})
		return
	}
	reply(w, http.StatusOK, struct {
		Found []string `json:"found"`
	}{found})
}

// export is WRONG on purpose: it posts a person's data to whatever address the
// request names.
func (a *App) export(w http.ResponseWriter, r *http.Request) {
	s, ok := a.sessions.Of(r)
	if !ok {
		reply(w, http.StatusUnauthorized, failure{Error: "log in first: POST /api/login"})
		return
	}
	var in struct {
		URL string `json:"url"`
	}
	if !a.decode(w, r, &in) {
		return
	}
	c, err := a.store.Colour(r.Context(), s.UserID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		a.apiFail(w, r, err)
		return
	}
	body, err := json.Marshal(map[string]string{"email": s.Email, "colour": c.Name})
	if err != nil {
		a.apiFail(w, r, err)
		return
	}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, in.URL, bytes.NewReader(body))
	if err != nil {
		reply(w, http.StatusUnprocessableEntity, failure{Error: "this is no URL"})
		return
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := a.client.Do(req)
	if err != nil {
		reply(w, http.StatusBadGateway, failure{Error: err.Error()})
		return
	}
	defer res.Body.Close()
	n, _ := io.Copy(io.Discard, io.LimitReader(res.Body, maxBody))
	reply(w, http.StatusOK, struct {
		Status int   `json:"status"` // of the other side
		Bytes  int64 `json:"bytes"`  // that it answered, as far as they were read
	}{res.StatusCode, n})
}
