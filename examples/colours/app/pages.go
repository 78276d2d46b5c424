package app

import (
	"errors"
	"net/http"

	"github.com/sallyport/sallyport/examples/colours/store"
	"github.com/sallyport/sallyport/examples/colours/web"
)

// show renders a page for whoever asks.
func (a *App) show(w http.ResponseWriter, r *http.Request, status int, name string, v web.View) {
	if s, ok := a.sessions.Of(r); ok {
		v.Email = s.Email
	}
	if err := a.pages.Render(w, status, name, v); err != nil {
		a.log.ErrorContext(r.Context(), "A page could not be shown.", "page", name, "error", err)
	}
}

// fail shows what went wrong without saying what is inside, and logs it whole.
func (a *App) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, msg := a.outcome(r, err)
	a.show(w, r, status, "error", web.View{Title: "That did not work", Message: msg})
}

// outcome is the status and the sentence for an error that is not the
// person's own, and logs it.
func (a *App) outcome(r *http.Request, err error) (int, string) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge, "That was too much at once: at most 1 MiB."
	}
	if errors.Is(err, ErrBusy) {
		return http.StatusServiceUnavailable, "Many people are logging in just now. Please try again in a moment."
	}
	a.log.ErrorContext(r.Context(), "A request could not be answered.", "route", r.Pattern, "error", err)
	return http.StatusInternalServerError, "Something is wrong on our side. Please try again later."
}

func (a *App) home(w http.ResponseWriter, r *http.Request) {
	popular, err := a.store.Popular(r.Context())
	if err != nil {
		a.fail(w, r, err)
		return
	}
	a.show(w, r, http.StatusOK, "home", web.View{Title: "Favourite colours", Popular: popular})
}

func (a *App) signupForm(w http.ResponseWriter, r *http.Request) {
	a.show(w, r, http.StatusOK, "signup", web.View{Title: "Sign up"})
}

func (a *App) loginForm(w http.ResponseWriter, r *http.Request) {
	a.show(w, r, http.StatusOK, "login", web.View{Title: "Log in"})
}

func (a *App) signup(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		a.badForm(w, r, err)
		return
	}
	c := Credentials{Email: r.PostForm.Get("email"), Password: r.PostForm.Get("password")}
	u, err := a.register(r.Context(), c)
	if p, ok := errors.AsType[Problems](err); ok {
		a.show(w, r, http.StatusUnprocessableEntity, "signup", web.View{Title: "Sign up", Typed: c.Email, Problems: p})
		return
	}
	if err != nil {
		a.fail(w, r, err)
		return
	}
	a.enter(w, r, u)
}

func (a *App) login(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		a.badForm(w, r, err)
		return
	}
	c := Credentials{Email: r.PostForm.Get("email"), Password: r.PostForm.Get("password")}
	u, err := a.authenticate(r.Context(), c)
	if errors.Is(err, errWrong) {
		a.show(w, r, http.StatusUnauthorized, "login", web.View{
			Title: "Log in", Typed: c.Email,
			Problems: Problems{"password": "The address or the password is wrong."},
		})
		return
	}
	if err != nil {
		a.fail(w, r, err)
		return
	}
	a.enter(w, r, u)
}

// enter logs somebody in, under a new id whatever cookie they came with.
func (a *App) enter(w http.ResponseWriter, r *http.Request, u store.User) {
	a.sessions.End(r)
	http.SetCookie(w, a.sessions.Begin(u.ID, u.Email))
	http.Redirect(w, r, "/colours", http.StatusSeeOther)
}

func (a *App) logout(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, a.sessions.End(r))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *App) mine(w http.ResponseWriter, r *http.Request) {
	s, ok := a.sessions.Of(r)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return
	}
	a.showMine(w, r, s, http.StatusOK, "", nil)
}

func (a *App) save(w http.ResponseWriter, r *http.Request) {
	s, ok := a.sessions.Of(r)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return
	}
	if err := r.ParseForm(); err != nil {
		a.badForm(w, r, err)
		return
	}
	name, problems := cleanColour(r.PostForm.Get("name"))
	if problems != nil {
		a.showMine(w, r, s, http.StatusUnprocessableEntity, r.PostForm.Get("name"), problems)
		return
	}
	if err := a.store.SetColour(r.Context(), s.UserID, name, a.now().UTC()); err != nil {
		a.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/colours", http.StatusSeeOther)
}

func (a *App) showMine(w http.ResponseWriter, r *http.Request, s Session, status int, typed string, p Problems) {
	v := web.View{Title: "Your colour", Typed: typed, Problems: p}
	c, err := a.store.Colour(r.Context(), s.UserID)
	switch {
	case err == nil:
		v.Colour = &c
	case !errors.Is(err, store.ErrNotFound):
		a.fail(w, r, err)
		return
	}
	a.show(w, r, status, "mine", v)
}

// badForm answers a body that is no form.
func (a *App) badForm(w http.ResponseWriter, r *http.Request, err error) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		a.fail(w, r, err)
		return
	}
	a.show(w, r, http.StatusBadRequest, "error", web.View{Title: "That did not work", Message: "This form could not be read."})
}
