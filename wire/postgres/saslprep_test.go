package postgres

import "testing"

// saslprepPasswords are passwords and what becomes of them: those of RFC 4013,
// section 3, first. The same ones are set on a real server in
// TestPostgresPreparesPasswordsAlike.
var saslprepPasswords = []struct{ password, want string }{
	{"I\u00adX", "IX"},
	{"user", "user"},
	{"USER", "USER"},
	{"\u00aa", "a"},
	{"\u2168", "IX"},
	{"\u0007", "\u0007"},               // prohibited, but ASCII
	{"\u0627\u0031", "\u0627\u0031"},   // wrong in its writing directions
	{"\u0627\u0628\u0627", "ابا"},      // right in them
	{"a\u0627", "a\u0627"},             // both directions
	{"pass\u00a0word", "pass word"},    // a space
	{"ｆｕｌｌ", "full"},                   // compatibility forms
	{"e\u0301", "é"},                   // composed
	{"\u00ad", "\u00ad"},               // nothing is left
	{"ª\U0001F600", "ª\U0001F600"},     // unassigned in Unicode 3.2
	{"ª\u0221", "ª\u0221"},             // unassigned, the first
	{"ª\u0220", "a\u0220"},             // and the last before it
	{"ª\ue000", "ª\ue000"},             // private use
	{"ª\u0007", "ª\u0007"},             // prohibited
	{"ª\u0340", "ª\u0340"},             // deprecated
	{"ª\u200b\u200cb", "a b"},          // a space of no width is one all the same
	{"\u3000\u1680ª", "  a"},           // spaces
	{"ª\U000E0041", "ª\U000E0041"},     // tags
	{"\u05d0\u0301\u05d1", "א\u0301ב"}, // right to left, with a mark
	{"\ufb2a", "\u05e9\u05c1"},         // excluded from composition
	{"\u0344", "\u0308\u0301"},         // a mark that decomposes
	{"ﷺ", "صلى الله عليه وسلم"},        // the longest decomposition
}

func TestPreparePassword(t *testing.T) {
	for _, c := range saslprepPasswords {
		if got := preparePassword(c.password); got != c.want {
			t.Errorf("%+q became %+q, want %+q", c.password, got, c.want)
		}
	}
	for _, p := range []string{"", "ª\xff", "\xc3"} {
		if got := preparePassword(p); got != p {
			t.Errorf("%q became %q", p, got)
		}
	}
}

func TestPrepTables(t *testing.T) {
	for name, table := range map[string][]rune{"refused": prepRefused[:], "right": prepRight[:], "left": prepLeft[:]} {
		for i := 1; i < len(table); i++ {
			if table[i] < table[i-1] || i%2 == 0 && table[i] <= table[i-1]+1 {
				t.Errorf("%s is not ascending, or not joined, at %x", name, table[i])
			}
		}
		if len(table)%2 != 0 {
			t.Errorf("%s has half a range", name)
		}
	}
}
