package postgres

// field notes a name that stands behind a row: behind the name of a table or of
// an alias, as in t.f, or behind an expression, as in (x).f. Where the row has no
// such column the server calls the function f with it (manual, "Using Composite
// Types in Queries"), and with the value where what stands in FROM has but one.
//
// What the row has, the text does not tell. A function that does more than compute
// is taken for called, whatever column may have its name; whether a stored one is
// meant tells the catalogue (Analysis.Fields).
func (w *walker) field(name string) {
	if dangersOf(name) != nil || numbers[name] || largeObjectReads[name] || largeObjectWrites[name] {
		w.function("", name)
		w.arguments(name, nil)
	}
}
