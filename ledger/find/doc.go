// Package find is the one filter language of the ledger, for the page, the
// command line and the API alike:
//
//	class:card verdict:deny dir:out -peer:prometheus rows:>1000 since:1h
//
// A query is terms joined by spaces; an entry is found when every term holds.
//
//	field:value          the field has the value (letter case does not matter)
//	-term                the term does not hold
//	field:a,b            one of the values
//	field:"a b, c"       a quoted value; \" and \\ inside
//	field:sel*           * stands for any text; field:* for any value at all
//	rows:>1000           also >= < <= and 10..20 for numbers, sizes (64KiB) and durations (10ms)
//	since:1h             a time: 90m, 2d, today, 14:05, 2026-11-01, 2026-11-01T14:05:09Z
//	word                 somewhere in what was done, the tables or the names
//
// A text that is absent has no value: cause:* is every crossing with a known
// cause, -class:* every one without a class. A number that is absent is 0.
//
// A time names the whole unit that it is written in: until:2026-11-01 includes
// that day and at:14:05 is that minute. Times without an offset are in the
// zone of the now that is given to Parse.
//
// The package knows the language and how an entry is read for it ([Column]);
// it reads no log and no index. [Query.Match] is the meaning of a query; an
// index evaluates the same terms on the same columns ([Term.Text],
// [Term.Number], [Term.ID]) and so cannot mean anything else.
package find
