package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/examples/colours/demodb"
	"github.com/sallyport/sallyport/examples/colours/store"
)

// each runs test against every kind of database that this machine has.
func each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	for name, start := range demodb.Available(t.Logf) {
		t.Run(name, func(t *testing.T) {
			srv, err := start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { srv.Close() })
			test(t, open(t, srv))
		})
	}
}

func open(t *testing.T, srv *demodb.Server) *store.Store {
	t.Helper()
	admin, err := srv.Admin()
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	for range 2 {
		if err := store.Migrate(t.Context(), store.Kind(srv.Engine), admin); err != nil {
			t.Fatal(err)
		}
	}
	if err := srv.Account(t.Context(), "colours", "app-password"); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, srv.CA, 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := store.Connect(store.Options{
		Kind: store.Kind(srv.Engine), Addr: srv.Addr, Name: srv.Name, CAFile: ca,
		User: "colours", Password: "app-password", Database: srv.Database,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s, err := store.Open(t.Context(), store.Kind(srv.Engine), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestUsers(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		now := time.Now().UTC().Truncate(time.Second)
		id, err := s.AddUser(t.Context(), "ada@example.com", "$hash", now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddUser(t.Context(), "ada@example.com", "$other", now); !errors.Is(err, store.ErrTaken) {
			t.Errorf("a second account: %v, want ErrTaken", err)
		}
		u, err := s.UserByEmail(t.Context(), "ada@example.com")
		if err != nil || u != (store.User{ID: id, Email: "ada@example.com", PasswordHash: "$hash"}) {
			t.Errorf("got %+v, %v", u, err)
		}
		for _, unknown := range []string{"bob@example.com", "", "' OR '1'='1"} {
			if _, err := s.UserByEmail(t.Context(), unknown); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%q: %v, want ErrNotFound", unknown, err)
			}
		}
	})
}

func TestColours(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		now := time.Now().UTC().Truncate(time.Second)
		var people []int64
		for _, email := range []string{"a@example.com", "b@example.com", "c@example.com"} {
			id, err := s.AddUser(t.Context(), email, "$hash", now)
			if err != nil {
				t.Fatal(err)
			}
			people = append(people, id)
		}
		if _, err := s.Colour(t.Context(), people[0]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a colour before one was saved: %v, want ErrNotFound", err)
		}
		for i, name := range []string{"red", "teal", "teal"} {
			if err := s.SetColour(t.Context(), people[i], name, now); err != nil {
				t.Fatal(err)
			}
		}
		later := now.Add(time.Hour)
		if err := s.SetColour(t.Context(), people[0], "o'live", later); err != nil {
			t.Fatal(err)
		}
		c, err := s.Colour(t.Context(), people[0])
		if err != nil || c.Name != "o'live" || !c.UpdatedAt.Equal(later) {
			t.Errorf("got %+v, %v", c, err)
		}
		got, err := s.Popular(t.Context())
		if want := []store.Count{{"teal", 2}, {"o'live", 1}}; err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
		if err := s.SetColour(t.Context(), 999, "red", now); err == nil {
			t.Error("a colour of nobody was saved")
		}
	})
}

// TestSearchIsVulnerable proves that the demonstration has something to stop.
func TestSearchIsVulnerable(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		now := time.Now()
		for i, email := range []string{"a@example.com", "b@example.com"} {
			id, err := s.AddUser(t.Context(), email, "$hash", now)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.SetColour(t.Context(), id, []string{"red", "teal"}[i], now); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			name string
			want []string
		}{
			{"teal", []string{"teal"}},
			{"none", []string{}},
			{"' OR '1'='1", []string{"red", "teal"}},
			{"' UNION SELECT email FROM users -- ", []string{"a@example.com", "b@example.com"}},
		} {
			got, err := s.Search(t.Context(), c.name)
			if err != nil {
				t.Errorf("%q: %v", c.name, err)
				continue
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q found %q, want %q", c.name, got, c.want)
			}
		}
	})
}

func TestOpenNamesTheStatement(t *testing.T) {
	srv, err := demodb.Memory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	db, err := srv.Admin()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := store.Open(t.Context(), store.MySQL, db); err == nil || !strings.Contains(err.Error(), "INSERT INTO users") {
		t.Errorf("without tables: %v, want an error that quotes the statement", err)
	}
}

func TestConnectNeedsItsCA(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{empty, "no-such-file.pem"} {
		for _, kind := range []store.Kind{store.MySQL, store.Postgres} {
			_, err := store.Connect(store.Options{Kind: kind, Addr: "127.0.0.1:1", CAFile: file})
			if err == nil || !strings.Contains(err.Error(), "authority") {
				t.Errorf("%s: %s as the authority gave %v", kind, file, err)
			}
		}
	}
}

// TestConnectNeedsItsKind: the zero value is no database.
func TestConnectNeedsItsKind(t *testing.T) {
	for _, kind := range []store.Kind{"", "oracle"} {
		_, err := store.Connect(store.Options{Kind: kind, Addr: "127.0.0.1:1"})
		if err == nil || !strings.Contains(err.Error(), "mysql or postgres") {
			t.Errorf("%q: %v, want an error that says which there are", kind, err)
		}
	}
}
