package mask

import (
	"strings"
	"testing"
)

const (
	acute  = "\u0301" // combining
	joiner = "\u200d"
	bad    = "\xff\xfe"
)

func TestFull(t *testing.T) {
	for f, want := range map[Family]string{
		Text: "****", Integer: "0", Decimal: "0", Date: "2000-01-01", Timestamp: "2000-01-01 00:00:00",
		TimestampZone: "2000-01-01 00:00:00+00", Time: "00:00:00", Binary: "",
	} {
		m := build(t, "full", f)
		for _, cell := range []string{"", "Ann", "1984-05-17", "infinity", "48120.50", bad, strings.Repeat("x", 1<<20)} {
			if got := run(t, m, cell); got != want {
				t.Errorf("full of a %s is %q, want %q", f, got, want)
			}
		}
	}
}

func TestNull(t *testing.T) {
	for f := Unknown; f <= Binary; f++ {
		if got := run(t, build(t, "null", f), "Ann"); got != cannot {
			t.Errorf("null of a %s is %q", f, got)
		}
	}
}

func TestConstant(t *testing.T) {
	check(t, "constant(n/a (hidden))", Text, [][2]string{{"Ann", "n/a (hidden)"}, {"", "n/a (hidden)"}, {bad, "n/a (hidden)"}})
	check(t, "constant()", Text, [][2]string{{"Ann", ""}})
	check(t, "constant(-1.50)", Decimal, [][2]string{{"48120.50", "-1.50"}})
}

func TestLast4(t *testing.T) {
	check(t, "last4", Text, [][2]string{
		{"4111 1111 1111 1234", "**** **** **** 1234"},
		{"DE89-3704.0044 0532", "****-****.**** 0532"},
		{"12345678", "****5678"},
		{"1234567", stars},
		{"1-2-3-4-5-6-7", stars},
		{"1-2-3-4-5-6-7-8", "*-*-*-*-5-6-7-8"},
		{"", stars},
		{"--------------", stars},
		{"(0170)/1234567", "**********4567"},
		{"12345678!?", "****5678**"},
		{"ab\tcd\nef\x00gh", "******ef*gh"},
		{"Größenmaß", "*****nmaß"},
		{"جاسم جاسم", "**** جاسم"},
		{"٠١٢٣٤٥٦٧", "****٤٥٦٧"},
		{"1234567e" + acute, "****567e" + acute},
		{"e" + acute + "2345678", "****5678"},
		{acute + "12345678", "*****5678"},
		{"12345" + joiner + "678", "****5" + joiner + "678"},
		{"1234 " + acute + "5678", "**** 5678"},
		{"1234\u00a05678", "*****5678"},
		{"12345678" + bad, stars},
		{"1234567\xc3", stars},
	})
}

func TestPartial(t *testing.T) {
	check(t, "partial(2, 2)", Text, [][2]string{
		{"Elisabeth", "El*****th"},
		{"Elis-Ann", "El****nn"},
		{"12345678", "12****78"},
		{"1234567", stars},
		{"", stars},
		{"日本語日本語日本", "日本****日本"},
		{"日本語", stars},
		{"e" + acute + "234567e" + acute, "e" + acute + "2****7e" + acute},
		{"ab****cd", stars},
		{"12345678" + bad, stars},
	})
	check(t, "partial(0, 1)", Text, [][2]string{{"ab", "*b"}, {"a", stars}})
	check(t, "partial(1, 0)", Text, [][2]string{{"ab", "a*"}, {"a", stars}})
	check(t, "partial(64, 64)", Text, [][2]string{
		{strings.Repeat("a", 255), stars},
		{strings.Repeat("a", 256), strings.Repeat("a", 64) + strings.Repeat("*", 128) + strings.Repeat("a", 64)},
	})
}

func TestDomain(t *testing.T) {
	check(t, "domain", Text, [][2]string{
		{"ann.example@example.com", "***@example.com"},
		{"a@example.com", "***@example.com"},
		{"o'brien+shop@mail.example.co.uk", "***@mail.example.co.uk"},
		{"_ann@EXAMPLE.com", "***@EXAMPLE.com"},
		{"**@example.com", "***@example.com"},
		{"a***@example.com", "***@example.com"},
		{"ann@example.com    ", "***@example.com"},
		{"émile@example.com", "***@example.com"},
		{"ann@bücher.example", "***@bücher.example"},
		{strings.Repeat("a", 64) + "@example.com", "***@example.com"},
		// Already masked.
		{"***@example.com", stars}, {"***@example.com ", stars},
		// No addresses.
		{"", stars}, {"@", stars}, {"ann", stars}, {"ann@", stars}, {"@example.com", stars}, {"ann@localhost", stars},
		{"\"a b\"@example.com", stars}, {"ann@home@example.com", stars}, {"Ann <ann@example.com>", stars},
		{" ann@example.com", stars}, {"ann@[192.0.2.1]", stars}, {"ann@example.com, bob@example.com", stars},
		{"ann" + bad + "@example.com", stars}, {"ann@example" + bad + ".com", stars},
		{strings.Repeat("a", 65) + "@example.com", stars}, {"ann@example.com" + strings.Repeat("m", 1<<20), stars},
	})
}

func TestEmail(t *testing.T) {
	check(t, "email", Text, [][2]string{
		{"ann.example@example.com", "a***@example.com"},
		{"a@example.com", "a***@example.com"},
		{"o'brien+shop@mail.example.co.uk", "o***@mail.example.co.uk"},
		{"7of9@EXAMPLE.com", "7***@EXAMPLE.com"},
		{"ann@example.com    ", "a***@example.com"},
		{"émile@example.com", "é***@example.com"},
		{"e" + acute + "mile@example.com", "e***@example.com"},
		{"ann@bücher.example", "a***@bücher.example"},
		{"ann@xn--bcher-kva.example", "a***@xn--bcher-kva.example"},
		{"ann@" + strings.Repeat("a.", 125) + "com", "a***@" + strings.Repeat("a.", 125) + "com"},
		// Already masked.
		{"a***@example.com", stars},
		{"a***@example.com ", stars},
		{"**@example.com", stars},
		// No addresses.
		{"", stars}, {"@", stars}, {"ann", stars}, {"ann@", stars}, {"@example.com", stars}, {"ann@localhost", stars},
		{"\"a b\"@example.com", stars}, {"ann@home@example.com", stars}, {"Ann <ann@example.com>", stars},
		{" ann@example.com", stars}, {"ann@example.com\n", stars}, {"ann example@example.com", stars},
		{".ann@example.com", stars}, {"ann.@example.com", stars}, {"a..n@example.com", stars},
		{"ann@[192.0.2.1]", stars}, {"ann@192.0.2.1", stars}, {"ann@example..com", stars}, {"ann@.example.com", stars},
		{"ann@example.com.", stars}, {"ann@-example.com", stars}, {"ann@example-.com", stars}, {"ann@exa_mple.com", stars},
		{"ann@example.com, bob@example.com", stars}, {"ann(work)@example.com", stars}, {"ann@example.c\x00m", stars},
		{"ann" + bad + "@example.com", stars}, {"ann@example" + bad + ".com", stars},
		{strings.Repeat("a", 65) + "@example.com", stars}, {"ann@" + strings.Repeat("a.", 126) + "com", stars},
		{"ann@" + strings.Repeat("a", 64) + ".com", stars}, {"ann@example.com" + strings.Repeat("m", 1<<20), stars},
	})
}

func TestPhone(t *testing.T) {
	check(t, "phone", Text, [][2]string{
		{"+49 170 1234567", "+49 *** *****67"},
		{"+1 (212) 555-0142", "+1 (***) ***-**42"},
		{"+7.495.555.01.42", "+7.***.***.**.42"},
		{"+353 1 555 0142", "+353 * *** **42"},
		{"+999 1234567", "+999 *****67"},
		{"0049-170/1234567", "0049-***/*****67"},
		{"+4917012345678", "+49*********78"},
		{"0170 1234567", "**** *****67"},
		{"(020) 7946-0018", "(***) ****-**18"},
		{"+49 (0)170 1234567", "+49 (*)*** *****67"},
		{"+4 9 170 1234567", "+4 9 *** *****67"},
		{"555-0142", "***-**42"},
		{"+49 1234", stars}, {"55501", stars}, {"", stars}, {"+", stars}, {"00", stars}, {"000000", stars},
		{"+0170 1234567", stars}, {"000170 1234567", stars}, {"+49 170 1234567 x12", stars}, {"tel:+49170123456", stars},
		{"49+1701234567", stars}, {"++491701234567", stars}, {"1234567890123456", stars}, {"+491234567890123", "+49***********23"},
		{"٠١٢٣٤٥٦٧", stars}, {"12345678" + bad, stars}, {strings.Repeat(" ", 60) + "12345678", stars}, {strings.Repeat("1", 1<<20), stars},
	})
}
