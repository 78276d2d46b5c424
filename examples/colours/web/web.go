// Package web holds the pages and the style sheet of the app.
//
// It knows how things look. It knows no request, no session and no database.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"

	"github.com/sallyport/sallyport/examples/colours/store"
)

//go:embed templates
var templates embed.FS

// Static is served as it is; its root holds the folder static.
//
//go:embed static
var Static embed.FS

// View is what a page shows.
type View struct {
	Title    string
	Email    string // of whoever is logged in, or ""
	Message  string
	Typed    string            // what was typed, shown again beside what is wrong with it
	Problems map[string]string // by field
	Colour   *store.Colour
	Popular  []store.Count
}

// Pages are the parsed templates. They are safe for concurrent use.
type Pages struct{ byName map[string]*template.Template }

// Load parses every page.
func Load() (*Pages, error) {
	p := &Pages{byName: map[string]*template.Template{}}
	funcs := template.FuncMap{"paint": paint, "names": names}
	for _, name := range []string{"home", "signup", "login", "mine", "error"} {
		t, err := template.New("layout.html").Funcs(funcs).ParseFS(templates,
			"templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("parsing page %s: %w", name, err)
		}
		p.byName[name] = t
	}
	return p, nil
}

// Render writes a whole page, or nothing of it and an error page's status.
func (p *Pages) Render(w http.ResponseWriter, status int, name string, v View) error {
	t, ok := p.byName[name]
	if !ok {
		http.Error(w, "no such page", http.StatusInternalServerError)
		return fmt.Errorf("rendering page %q: there is none", name)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		http.Error(w, "this page is broken", http.StatusInternalServerError)
		return fmt.Errorf("rendering page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("sending page %s: %w", name, err)
	}
	return nil
}
