package grants

import (
	"fmt"
	"regexp"
	"strconv"
)

// Flavour is which server speaks a door's protocol.
type Flavour uint8

// The servers whose rights are known.
const (
	MariaDB Flavour = iota + 1
	MySQL
	Postgres
)

var flavourNames = map[Flavour]string{MariaDB: "MariaDB", MySQL: "MySQL", Postgres: "PostgreSQL"}

// String is the server's name as its makers write it.
func (f Flavour) String() string { return flavourNames[f] }

// Server is a server and its version; a zero Major is an unknown one, which is
// given nothing that only newer ones have.
type Server struct {
	Flavour      Flavour
	Major, Minor int
}

// String is "MariaDB 10.11", or the name alone where the version is unknown.
func (s Server) String() string {
	switch {
	case s.Major == 0:
		return s.Flavour.String()
	case s.Flavour == Postgres:
		return fmt.Sprintf("%s %d", s.Flavour, s.Major)
	}
	return fmt.Sprintf("%s %d.%d", s.Flavour, s.Major, s.Minor)
}

var serverWord = regexp.MustCompile(`^(mysql|mariadb|postgres)(?:[: -]([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.[0-9]+)*)?$`)

// ParseServer reads "mariadb", "mysql:8.0" or "postgres:15".
func ParseServer(word string) (Server, error) {
	m := serverWord.FindStringSubmatch(word)
	if m == nil {
		return Server{}, fmt.Errorf("%q is no server: write mariadb, mysql or postgres, and its version as in postgres:15", word)
	}
	s := Server{Flavour: map[string]Flavour{"mysql": MySQL, "mariadb": MariaDB, "postgres": Postgres}[m[1]]}
	s.Major, _ = strconv.Atoi(m[2])
	s.Minor, _ = strconv.Atoi(m[3])
	return s, nil
}

// Default is the server that a kind of door is taken to lead to where nobody
// says.
func Default(kind string) Server {
	if kind == "postgres" {
		return Server{Flavour: Postgres}
	}
	return Server{Flavour: MariaDB}
}

// Speaks tells whether doors of a kind can lead to the server.
func (s Server) Speaks(kind string) bool {
	return (s.Flavour == Postgres) == (kind == "postgres")
}

var versionText = regexp.MustCompile(`^(?:5\.5\.5-)?([0-9]{1,4})\.([0-9]{1,4})`)

// versionOf reads what a server says of itself: "10.11.6-MariaDB", "15.4 (Debian…)".
func versionOf(f Flavour, text string) Server {
	s := Server{Flavour: f}
	if m := versionText.FindStringSubmatch(text); m != nil {
		s.Major, _ = strconv.Atoi(m[1])
		s.Minor, _ = strconv.Atoi(m[2])
	}
	return s
}
