package mysqlgate

import (
	"strings"
	"testing"
)

// TestNamesInQuotes: a class and a rule name tables and columns that want quotes,
// and mean those and no others.
func TestNamesInQuotes(t *testing.T) {
	h := start(t, setup{
		allow: `
      - who: app
        statements: [select]
        tables: ['` + "`Weird.Table`" + `', '"order lines"']
        columns: ['"Weird.Table"."e mail"', ` + "'`Weird.Table`.id', '`Weird.Table`.`qu\"o``te`'" + `]`,
		classes: `{email: {columns: ['"Weird.Table"."e mail"', ` + "'`Weird.Table`.`qu\"o``te`'" + `], mask: stars}}`,
		more:    "    in: {email: mask}\n",
	})
	h.direct("CREATE TABLE `Weird.Table` (id INT, `e mail` VARCHAR(50), `qu\"o``te` VARCHAR(50), secret INT)", "INSERT INTO `Weird.Table` VALUES (1, 'ann@example.com', 'bob@example.com', 7)",
		"CREATE TABLE `order lines` (n INT)", "INSERT INTO `order lines` VALUES (5)", "CREATE TABLE Weird (id INT)", "CREATE TABLE `order` (n INT)")
	c := h.conn()
	for query, want := range map[string]string{
		"SELECT `e mail`, id FROM `Weird.Table`":                 "*************** 1",
		"SELECT w.`E MAIL` AS id FROM `Weird.Table` w":           "***************",
		"SELECT `qu\"o``te` FROM `Weird.Table`":                  "***************",
		"SELECT n, id FROM `order lines` JOIN `Weird.Table`":     "5 1",
		"SELECT x FROM (SELECT `e mail` x FROM `Weird.Table`) d": "***************",
	} {
		if got, err := cells(t, c, query); got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", query, got, err, want)
		}
	}
	for _, query := range []string{
		"SELECT secret FROM `Weird.Table`", "SELECT * FROM `Weird.Table`", "SELECT id FROM `Weird.Table` WHERE secret = 7",
		"SELECT id FROM Weird", "SELECT n FROM `order`", "SELECT id FROM Weird.`Table`",
	} {
		if got, err := cells(t, c, query); err == nil || !strings.Contains(err.Error(), "sallyport: no-rule") {
			t.Errorf("%s: %q, %v; want a refusal as no-rule", query, got, err)
		}
	}
}
