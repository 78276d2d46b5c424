package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/examples/colours/demodb"
)

// way is one way to the app and to its database: straight, or through the
// doors.
type way struct {
	app    *client
	db     *sql.DB
	engine demodb.Engine
}

// attempt is something that must not pass. try does it by either way: what
// came of it as a sentence, or a refusal as the error.
type attempt struct {
	title  string
	door   string // that has to refuse it
	reason string // and for what, in the ledger's words
	try    func(ctx context.Context, w way) (string, error)
}

// refusal is what a door or the app answered in place of what was asked for.
type refusal struct{ text string }

func (r refusal) Error() string { return r.text }

var attempts = []attempt{
	{"The API without a key", "front", "unknown-caller", func(ctx context.Context, w way) (string, error) {
		a, err := w.app.get(ctx, "/api/colours")
		return onOK(a, err, "200, without any key: "+short(a.body))
	}},
	{"A table that is none of the app's business: SELECT pan FROM payments", "db", "no-rule", func(ctx context.Context, w way) (string, error) {
		stmt, err := w.db.PrepareContext(ctx, w.engine.Bind("SELECT pan FROM payments WHERE id = ?"))
		if err != nil {
			return "", refused(err)
		}
		defer stmt.Close()
		var pan string
		if err := stmt.QueryRowContext(ctx, 1).Scan(&pan); err != nil {
			return "", refused(err)
		}
		return "a card number came out: " + pan + " (a test number)", nil
	}},
	{"A statement with its values in the text: not prepared", "db", "unprepared", func(ctx context.Context, w way) (string, error) {
		var name string
		err := w.db.QueryRowContext(ctx, "SELECT name FROM colours WHERE user_id = 1").Scan(&name)
		if err != nil {
			return "", refused(err)
		}
		return "it ran, and gave " + name, nil
	}},
	{"SQL injection into the vulnerable search: ' OR '1'='1", "db", "unprepared", func(ctx context.Context, w way) (string, error) {
		a, err := w.app.get(ctx, "/search?name="+url.QueryEscape("' OR '1'='1"))
		return onFound(a, err, "everyone's colours: ")
	}},
	{"The same hole, to read another table: ' UNION SELECT email FROM users", "db", "no-rule", func(ctx context.Context, w way) (string, error) {
		a, err := w.app.get(ctx, "/search?name="+url.QueryEscape("' UNION SELECT email FROM users -- "))
		return onFound(a, err, "everyone's addresses: ")
	}},
	{"A body of 200 KiB", "front", "body-limit", func(ctx context.Context, w way) (string, error) {
		a, err := w.app.form(ctx, "/signup", url.Values{
			"email": {"big@example.com"}, "password": visitor["password"], "padding": {strings.Repeat("x", 200<<10)},
		}, "Expect", "100-continue")
		if err == nil && a.status == http.StatusSeeOther {
			return "303: the app read all of it, and made the account", nil
		}
		return onOK(a, err, "")
	}},
}

// onOK is said where the answer is a 200; any other answer is a refusal.
func onOK(a answer, err error, said string) (string, error) {
	if err != nil {
		return "", err
	}
	if a.status != http.StatusOK {
		return "", refusal{a.refused()}
	}
	return said, nil
}

// onFound lists what a search found; a search that was refused is a refusal.
func onFound(a answer, err error, said string) (string, error) {
	if err != nil {
		return "", err
	}
	var res struct {
		Found []string `json:"found"`
		Error string   `json:"error"`
	}
	if err := json.Unmarshal([]byte(a.body), &res); err != nil {
		return "", refusal{a.refused()}
	}
	if a.status != http.StatusOK {
		return "", refusal{fmt.Sprintf("%d from the app: %s", a.status, strings.TrimPrefix(res.Error, "searching colours: "))}
	}
	if len(res.Found) < 2 {
		return "", fmt.Errorf("the search found %q: the injection did not work", res.Found)
	}
	return said + strings.Join(res.Found, ", "), nil
}

// refused makes a refusal of what the database, or the door before it, said.
func refused(err error) error {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return refusal{e.Error()}
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal{e.Error()}
	}
	return err
}

// refused says what an answer says that is none: a door's is a problem of
// RFC 9457.
func (a answer) refused() string {
	var p struct{ Title, Detail, Reason string }
	if json.Unmarshal([]byte(a.body), &p) == nil && p.Reason != "" {
		return fmt.Sprintf("%d %s: %s (%s)", a.status, p.Title, p.Detail, p.Reason)
	}
	return fmt.Sprintf("%d: %s", a.status, short(a.body))
}

// short is text on one line of at most 240 characters, with room to break
// between the members of JSON.
func short(text string) string {
	text = strings.NewReplacer(`,"`, `, "`, "},{", "}, {").Replace(strings.Join(strings.Fields(text), " "))
	if utf8.RuneCountInString(text) <= 240 {
		return text
	}
	return pad(text, 240)
}
