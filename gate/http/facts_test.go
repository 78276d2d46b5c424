package httpgate

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
)

// ear is a Watcher that keeps what it is told, and refuses a word.
type ear struct{ heard []string }

func (e *ear) Name() string                                                     { return "ear" }
func (e *ear) Inspect(context.Context, *sallyport.Crossing) []sallyport.Finding { return nil }
func (e *ear) Watch(*sallyport.Crossing) guard.Tap                              { return e }
func (e *ear) Bytes(d sallyport.Direction, b []byte) []sallyport.Finding        { return e.hear("", b) }
func (e *ear) Row(*guard.Row) []sallyport.Finding                               { return nil }
func (e *ear) Done() []sallyport.Finding                                        { return nil }
func (e *ear) Fact(f sallyport.Fact) []sallyport.Finding {
	e.heard = append(e.heard, fmt.Sprintf("%s %q %s [%d:%d]", f.Role, f.Text, f.Name, f.Span.Start, f.Span.End))
	return e.hear(f.Name, f.Text)
}

func (e *ear) hear(where string, b []byte) []sallyport.Finding {
	if string(b) == "forbidden" {
		return []sallyport.Finding{{Inspector: "ear", Code: "word", Where: where, Deny: true}}
	}
	return nil
}

func TestFacts(t *testing.T) {
	e := &ear{}
	w := open(t, settings{inspect: []guard.Inspector{e}}, echo)
	get(t, w.client(false), w.url("/open/caf%C3%A9/?q=a+b%27&&n%61me=1&flag&x=a=b"))
	want := []string{
		`input "open" path segment 1 [1:5]`, `input "café" path segment 2 [6:11]`,
		`input "a b'" q [2:8]`, `input "1" name [17:18]`, `input "" flag [23:23]`, `input "a=b" x [26:29]`,
	}
	if diff := cmp.Diff(want, e.heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func TestInspectorRefuses(t *testing.T) {
	w := open(t, settings{inspect: []guard.Inspector{&ear{}}}, echo)
	resp, _ := get(t, w.client(true), w.url("/open/x?q=forbidden"))
	if reason, _ := refused(t, resp); resp.StatusCode != 403 || reason != "inspected" {
		t.Errorf("a word in the query: %d %s", resp.StatusCode, reason)
	}
}

// TestAnswerRefused: what an inspector finds in the first block of an answer
// still becomes a refusal, not half an answer.
func TestAnswerRefused(t *testing.T) {
	for _, audit := range []string{"spool", "strict"} {
		w := open(t, settings{inspect: []guard.Inspector{&ear{}}, door: "    audit: " + audit}, textApp("forbidden"))
		for _, h2 := range []bool{false, true} {
			resp, _ := get(t, w.client(h2), w.url("/open/x"))
			if reason, _ := refused(t, resp); resp.StatusCode != 403 || reason != "inspected" {
				t.Errorf("%s, h2 %t: %d %s", audit, h2, resp.StatusCode, reason)
			}
		}
	}
}

func textApp(s string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, s) })
}
