package mask_test

import (
	"encoding/hex"
	"fmt"

	"github.com/sallyport/sallyport/mask"
)

// show prints what a spec makes of a value of a family.
func show(spec string, family mask.Family, value string) {
	parsed, err := mask.Parse(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	fitted, err := parsed.For(family)
	if err != nil {
		fmt.Println(err)
		return
	}
	masker, err := fitted.Masker([]byte("an example key, of 32 bytes long"), "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	if masked, ok := masker.Mask(nil, []byte(value)); ok {
		fmt.Printf("%s\n", masked)
	} else {
		fmt.Println("NULL")
	}
}

func ExampleParse() {
	spec, err := mask.Parse("date-shift( 30  days )")
	fmt.Println(spec, spec.Keyed(), err)
	_, err = mask.Parse("lst4")
	fmt.Println(err)
	// Output:
	// date-shift(30 days) true <nil>
	// mask: masker "lst4": is not known: did you mean last4?
}

func ExampleSpec_For() {
	spec, err := mask.Parse("last4")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = spec.For(mask.Integer)
	fmt.Println(err)
	// Output: mask: masker "last4": does not fit a column of type integer: use full, null, constant, round
}

func ExampleSpec_Masker() {
	show("last4", mask.Text, "4111 1111 1111 1234")
	show("email", mask.Text, "ann.example@example.com")
	show("phone", mask.Text, "+49 170 1234567")
	show("partial(2, 2)", mask.Text, "Elisabeth")
	show("date-year", mask.TimestampZone, "1984-05-17 08:15:00.25+02")
	show("round(100)", mask.Decimal, "48153.20")
	show("full", mask.Date, "1984-05-17")
	show("full", mask.Date, "infinity")
	show("fpe", mask.Text, "not a number")
	// Output:
	// **** **** **** 1234
	// a***@example.com
	// +49 *** *****67
	// El*****th
	// 1984-01-01 00:00:00+00
	// 48200.00
	// 2000-01-01
	// 2000-01-01
	// NULL
}

func ExampleSpec_Masker_keyed() {
	show("hash", mask.Text, "ann@example.com")
	show("token", mask.Text, "Ann Example")
	show("date-shift(30 days)", mask.Date, "2024-02-20")
	show("fpe", mask.Text, "4111 1111 1111 1111")
	show("fpe(alnum)", mask.Text, "AB-1234-CD")
	// Output:
	// 8ccb51ac4ec16ea165d167061fc5df49
	// tok_v35g4mvaqcwtltur
	// 2024-01-23
	// 8692 9863 8123 0910
	// IR-GPEE-RO
}

func ExampleDeriveKey() {
	master := []byte("32 random bytes, kept as a secret")
	key, err := mask.DeriveKey(master, "shop", "mask")
	fmt.Println(hex.EncodeToString(key[:4]), len(key), err)
	// Output: ded81f9a 32 <nil>
}

func ExampleFF1() {
	ff1, err := mask.NewFF1([]byte("a 128-bit secret"), 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	number := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	fmt.Println(ff1.Encrypt(number, []byte("tweak")), number)
	fmt.Println(ff1.Decrypt(number, []byte("tweak")), number)
	// Output:
	// <nil> [5 4 9 9 1 2 2 7 4 7]
	// <nil> [0 1 2 3 4 5 6 7 8 9]
}
