package demodb

import (
	"fmt"
	"strings"
	"testing"
)

func TestExternal(t *testing.T) {
	for name, host := range servers(t, "postgres") {
		t.Run(name, func(t *testing.T) {
			dsn := fmt.Sprintf("%s:%s@tcp(%s)/", host.User, host.Password, host.Addr)
			s, err := External(t.Context(), dsn, host.CA)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := External(t.Context(), dsn, host.CA); err == nil {
				t.Error("a database that is there already was taken over")
			}
			if err := s.Account(t.Context(), "app", "secret"); err != nil {
				t.Fatal(err)
			}
			app, err := s.Open("app", "secret")
			if err != nil {
				t.Fatal(err)
			}
			defer app.Close()
			var in string
			if err := app.QueryRowContext(t.Context(), "SELECT DATABASE()").Scan(&in); err != nil || in != externalDatabase {
				t.Errorf("in database %q, %v", in, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = External(t.Context(), dsn, host.CA); err != nil {
				t.Errorf("after Close: %v", err)
			} else if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestExternalKeepsThePassword(t *testing.T) {
	for _, dsn := range []string{"", "root:hunter2@unix(/tmp/s)/", "root:hunter2@tcp(nowhere/", "root:hunter2@tcp(127.0.0.1:1)/"} {
		_, err := External(t.Context(), dsn, nil)
		if err == nil {
			t.Errorf("%q was taken", dsn)
		} else if got := err.Error(); len(got) == 0 || strings.Contains(got, "hunter2") {
			t.Errorf("%q: %v", dsn, err)
		}
	}
}
