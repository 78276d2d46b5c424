package grants

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// grantLines are lines as MySQL 8 and MariaDB 10.11 write them.
var grantLines = []struct {
	text string
	want grantLine
}{
	{"GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*AB WITH GRANT OPTION' REQUIRE SSL", grantLine{require: "SSL"}},
	{"GRANT SELECT, INSERT ON `d`.* TO `u`@`%`", grantLine{rights: []Right{
		{Privilege: "SELECT", Level: OnSchema, Schema: "d"}, {Privilege: "INSERT", Level: OnSchema, Schema: "d"}}}},
	{"GRANT SELECT ON `sales\\_eu`.* TO 'u'@'h'", grantLine{rights: []Right{{Privilege: "SELECT", Level: OnSchema, Schema: "sales_eu"}}}},
	{"GRANT SELECT ON `sales_%`.* TO 'u'@'h'", grantLine{rights: []Right{{Privilege: "SELECT", Level: OnSchema, Schema: "sales_%", Pattern: true}}}},
	{"GRANT SELECT (`a`, `b, c`), LOCK TABLES ON `d`.`t``x` TO `u`@`%` WITH GRANT OPTION", grantLine{grantable: true, rights: []Right{
		{Privilege: "SELECT", Level: OnTable, Schema: "d", Name: "t`x", Column: "a"}, {Privilege: "SELECT", Level: OnTable, Schema: "d", Name: "t`x", Column: "b, c"},
		{Privilege: "LOCK TABLES", Level: OnTable, Schema: "d", Name: "t`x"}}}},
	{"GRANT EXECUTE ON PROCEDURE `d`.`p` TO `u`@`%`", grantLine{rights: []Right{{Privilege: "EXECUTE", Level: OnRoutine, Schema: "d", Name: "procedure p"}}}},
	{"GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` IDENTIFIED VIA mysql_native_password USING 'x' OR unix_socket WITH GRANT OPTION", grantLine{grantable: true, rights: []Right{{Privilege: "ALL"}}}},
	{"GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `u`@`%`", grantLine{rights: []Right{{Privilege: "BACKUP_ADMIN"}, {Privilege: "XA_RECOVER_ADMIN"}}}},
	{"GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION", grantLine{proxy: true}},
	{"GRANT `reader`@`%`,`writer`@`h` TO `u`@`%` WITH ADMIN OPTION", grantLine{grantable: true, roles: []string{"reader", "writer@h"}}},
	{"GRANT reader TO `u`@`%`", grantLine{roles: []string{"reader"}}},
	{"SET DEFAULT ROLE `reader` FOR `u`@`%`", grantLine{}},
}

func TestGrantLines(t *testing.T) {
	for _, c := range grantLines {
		got, err := parseGrantLine(c.text)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(grantLine{}), cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", c.text, err, diff)
		}
	}
}

// TestGrantLinesNotUnderstood: an error, and nothing of the line in it.
func TestGrantLinesNotUnderstood(t *testing.T) {
	for _, text := range []string{
		"", "GRANT", "REVOKE SELECT ON `d`.* FROM `u`@`%`", "GRANT SELECT ON `d` TO `u`@`%`", "GRANT SELECT (`a` ON `d`.`t` TO `u`@`%`",
		"GRANT SELECT ON `d`.* TO `u", "GRANT SELECT ON *.`t` TO `u`@`%`", "GRANT , ON *.* TO `u`@`%`", "GRANT SELECT, ON *.* TO `u`@`%`",
		"GRANT USAGE ON *.* IDENTIFIED BY PASSWORD '*SECRET'", strings.Repeat("GRANT ", maxGrantLine/6+1),
	} {
		if got, err := parseGrantLine(text); err == nil {
			t.Errorf("%.60s is read as %+v", text, got)
		} else if strings.Contains(err.Error(), "SECRET") {
			t.Errorf("the error holds the line: %v", err)
		}
	}
}

// FuzzGrantLine holds that a right that is read can be written, and is then
// read as the same.
func FuzzGrantLine(f *testing.F) {
	for _, c := range grantLines {
		f.Add(c.text)
	}
	f.Add("GRANT SELECT ON `a\\`.* TO x")
	s := Server{Flavour: MariaDB}
	f.Fuzz(func(t *testing.T, text string) {
		line, err := parseGrantLine(text)
		if err != nil {
			return
		}
		for _, r := range line.rights {
			if r.Privilege == "PROXY" || r.Privilege == "ALL PRIVILEGES" {
				continue // they are written otherwise
			}
			written := s.grant([]Right{r}, "`u`@`%`")
			again, err := parseGrantLine(written)
			if err != nil || len(again.rights) != 1 || again.rights[0] != r {
				t.Fatalf("%q: %+v is written %q, and that is read as %+v, %v", text, r, written, again.rights, err)
			}
		}
	})
}

func TestLikePattern(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"shop", "shop", true}, {"shop", "shops", false}, {"shop%", "shop", true}, {"%", "", true}, {"s_op", "shop", true}, {"s_op", "sop", false},
		{`s\_op`, "shop", false}, {`s\_op`, "s_op", true}, {"%a%b%", "xxaxxbxx", true}, {"%a%b%", "xxbxxaxx", false}, {`100\%`, "100%", true}, {"a%", "", false},
		{strings.Repeat("%a", 32), strings.Repeat("a", 63) + "b", false},
	} {
		if got := likePattern(c.pattern, c.name); got != c.want {
			t.Errorf("%s means %s: %t, want %t", c.pattern, c.name, got, c.want)
		}
	}
}
