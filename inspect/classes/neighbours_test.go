package classes

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// form is how a number with a check is made: # is any digit, ? the digits or
// letters of the check, and what else stands there stays.
type form struct {
	class  string
	form   string
	checks string // what a ? can be
	share  int    // of how many values of the check one holds, in the mean
}

var forms = []form{
	{"card", "4###############", "", 10},
	{"card", "37#############", "", 10},
	{"card", "51## #### #### ####", "", 10},
	{"iban", "DE??##################", "0123456789", 97},
	{"iban", "GB?? WEST #### #### #### ##", "0123456789", 97},
	{"iban", "NL??ABNA##########", "0123456789", 97},
	{"uk-nhs", "NHS ### ### ####", "", 11},
	{"es-dni", "########?", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26},
	{"es-dni", "X#######?", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26},
	{"fr-nir", "1##0275######??", "0123456789", 97},
	{"it-cf", "RSSMRA##T1#A###?", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26},
	{"in-aadhaar", "2### #### ####", "", 10},
	{"br-cpf", "###.###.###-##", "", 100},
	{"br-cnpj", "##.###.###/0001-##", "", 100},
}

// TestOneDigitChanged makes numbers until one is found, wants as many of them
// to be found as the check lets pass and no more, and none of the numbers that
// differ from a right one in one digit.
func TestOneDigitChanged(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, f := range forms {
		t.Run(f.form, func(t *testing.T) {
			set := every(t, f.class)
			n := 0
			s := New(set, func(h Hit) { n++ })
			found := func(number string) bool {
				n = 0
				s.Reset()
				s.Write([]byte(number))
				s.Close()
				return n > 0
			}
			const tries = 6000
			right := 0
			for range tries {
				number := f.make(r)
				if !found(number) {
					continue
				}
				right++
				if right > 5 || f.brazilian() && strings.Contains(number[len(number)-2:], "0") {
					continue
				}
				for at, c := range number {
					if c < '0' || c > '9' {
						continue
					}
					for d := '0'; d <= '9'; d++ {
						if other := number[:at] + string(d) + number[at+1:]; d != c && found(other) {
							t.Errorf("%s is found, and so is %s", number, other)
						}
					}
				}
			}
			if want := float64(tries) / float64(f.share); float64(right) < want/2 || float64(right) > want*1.5 {
				t.Errorf("%d of %d numbers are found, want about %.0f", right, tries, want)
			}
		})
	}
}

// brazilian tells whether the check's 0 stands for two remainders, so that one
// digit more or less can pass.
func (f form) brazilian() bool { return strings.HasPrefix(f.class, "br-") }

func (f form) make(r *rand.Rand) string {
	var b strings.Builder
	for _, c := range f.form {
		switch c {
		case '#':
			fmt.Fprint(&b, r.IntN(10))
		case '?':
			b.WriteByte(f.checks[r.IntN(len(f.checks))])
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
