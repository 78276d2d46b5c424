package bypass

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

const corpusDir = "../../testdata/bypass"

// minCases is how many attacks the corpus has at the least, so that one that
// is lost is noticed.
const minCases = 150

func corpus(t *testing.T) []Case {
	t.Helper()
	cases, err := Load(os.DirFS(corpusDir))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// stage starts the server, or takes the one that is there, and makes the
// corpus's databases on it.
func stage(t *testing.T, server Server) *Stage {
	t.Helper()
	s, inst := Stage{Server: server, Host: "127.0.0.1"}, instance(t, server)
	s.Port, s.Dir = inst.Port(), inst.Dir
	s.DBA = func(database string) string {
		return dsn(server, inst.RootUser, inst.RootPassword, inst.Addr, database)
	}
	s.App = func(database string) string { return dsn(server, AppUser, AppPassword, inst.Addr, database) }
	made, err := NewStage(t.Context(), os.DirFS(corpusDir), s)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func instance(t *testing.T, server Server) *testdb.Instance {
	t.Helper()
	if server == Postgres {
		return testdb.Postgres(t)
	}
	return testdb.MariaDB(t)
}

func dsn(server Server, user, password, addr, database string) string {
	if server == Postgres {
		if database == "" {
			database = "postgres"
		}
		return "postgres://" + user + ":" + password + "@" + addr + "/" + database + "?sslmode=disable"
	}
	return user + ":" + password + "@tcp(" + addr + ")/" + database
}

// TestCasesAreReal plays every case directly: without anything in between the
// secret has to come out, or the corpus would prove nothing.
func TestCasesAreReal(t *testing.T) {
	cases := corpus(t)
	attacks := map[string]int{}
	for _, c := range cases {
		if c.Expect != Works {
			attacks[c.Family]++
		}
	}
	total := 0
	for _, family := range slices.Sorted(maps.Keys(attacks)) {
		t.Logf("%3d %s", attacks[family], family)
		total += attacks[family]
	}
	t.Logf("%d attacks in %d families, %d controls", total, len(attacks), len(cases)-total)
	if total < minCases {
		t.Errorf("the corpus has %d attacks, want at least %d", total, minCases)
	}
	for _, server := range []Server{MySQL, Postgres} {
		t.Run(string(server), func(t *testing.T) {
			t.Parallel()
			s := stage(t, server)
			for _, c := range cases {
				if c.Server != server {
					continue
				}
				t.Run(c.Family+"/"+c.Name, func(t *testing.T) {
					if err := s.Prove(t.Context(), c); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

// TestCasesKnowNoSecret asks that a script does not bring along what it is to
// find out, and that no two cases for one server give the same reason.
func TestCasesKnowNoSecret(t *testing.T) {
	reasons := map[string]string{}
	for _, c := range corpus(t) {
		key := string(c.Server) + ": " + c.Why
		if other := reasons[key]; other != "" {
			t.Errorf("%s and %s say that they are the same: %s", other, c.ID(), c.Why)
		}
		reasons[key] = c.ID()
		for _, s := range c.Statements {
			r := &Received{cells: []string{s.Text}}
			r.note("%s %q", s.Text, s.Params)
			for _, w := range []World{First, Second} {
				if form := seen(r, w); form != "" {
					t.Errorf("%s has a secret in its text: %s", c.ID(), form)
				}
			}
		}
	}
}
