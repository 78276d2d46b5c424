package mask

// apply is what a masker does: guard.Masker's Mask as a function.
type apply func(dst, cell []byte) ([]byte, bool)

// kind is one masker of the language.
type kind struct {
	name    string
	form    string // how it is written, where it takes something in brackets
	summary string
	key     bool
	single  bool // all values of a column have one mask
	fits    families
	parse   func(s *Spec, arg string) *SpecError  // what stands in brackets; nil: it takes none
	arg     func(s Spec) (text string, some bool) // the same, canonically
	bare    bool                                  // it may be written without brackets all the same
	suits   func(s Spec, f Family) *SpecError     // what fits cannot say; may be nil
	build   func(s Spec, key []byte, domain string) (apply, error)
}

// kinds are all maskers, in the order of the documentation.
var kinds = []kind{
	{name: "full", summary: "a fixed value of the column's type", single: true, fits: known, build: buildFull},
	{name: "null", summary: "NULL", single: true, fits: every, build: always(null)},
	{name: "constant", form: "constant(TEXT)", summary: "the text given", single: true, fits: known, parse: parseConstant, arg: constantArg, suits: constantSuits, build: buildConstant},
	{name: "last4", summary: "the last four letters or digits, * for the others", fits: of(Text), build: always(last4)},
	{name: "email", summary: "the first letter and the domain of an address", fits: of(Text), build: always(email)},
	{name: "phone", summary: "the country code and the last two digits of a number", fits: of(Text), build: always(phone)},
	{name: "partial", form: "partial(N, M)", summary: "the first N and the last M characters, * for the others", fits: of(Text), parse: parsePartial, arg: partialArg, build: buildPartial},
	{name: "hash", summary: "a keyed hash of 128 bits, in hex", key: true, fits: of(Text, Binary), build: buildHash},
	{name: "token", summary: "a keyed pseudonym that reads like a name", key: true, fits: of(Text), build: buildToken},
	{name: "date-shift", form: "date-shift(N days)", summary: "all dates moved by the same secret number of days, at most N", key: true, fits: dated, parse: parseDateShift, arg: dateShiftArg, build: buildDateShift},
	{name: "date-year", summary: "the first of January of the year", fits: dated, build: buildDateYear},
	{name: "round", form: "round(STEP)", summary: "the nearest multiple of STEP", fits: of(Integer, Decimal), parse: parseRound, arg: roundArg, suits: roundSuits, build: buildRound},
	{name: "fpe", form: "fpe or fpe(alnum)", summary: "other digits, or letters and digits, in the same format", key: true, fits: of(Text), parse: parseFPE, arg: fpeArg, bare: true, build: buildFPE},
}

func always(f apply) func(Spec, []byte, string) (apply, error) {
	return func(Spec, []byte, string) (apply, error) { return f, nil }
}

// Description is one masker as documentation and error messages show it.
type Description struct {
	Name    string // what Parse reads, without brackets
	Form    string // how it is written: "partial(N, M)"
	Summary string // what is left of the value, in a few words
	Keyed   bool
}

// Names describes all maskers, in the order of the documentation. The caller
// owns the slice.
func Names() []Description {
	var all []Description
	for _, k := range kinds {
		d := Description{Name: k.name, Form: k.form, Summary: k.summary, Keyed: k.key}
		if d.Form == "" {
			d.Form = k.name
		}
		all = append(all, d)
	}
	return all
}
