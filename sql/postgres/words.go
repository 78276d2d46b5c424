package postgres

import "strings"

// The words that the lexer, the key writer or the bound on nesting treat in a
// way of their own.
const (
	wNone uint16 = iota
	wBy
	wOrder
	wGroup
	wLimit
	wOffset
	wFirst
	wNext
	wIn
	wValues
	wNull
	wTrue
	wFalse
	wDefault
	wSet
	wReset
	wDo
	wUescape
	wAs
	wAsc
	wDesc
	wCast
	wArray
	wCase
	wEnd
	wAnd
	wOr
	wNot
	wUnion
	wIntersect
	wExcept
	wJoin
	wSelect
	wFrom
	wWhere
	wHaving
	wWhen
	wThen
	wElse
	wOn
	wLocal
	wSession
	wSetConfig
	wDistinct
	wRole
	wNames
	wAuthorization
	wTo
)

// namedWords are the words of the constants above, in their order.
const namedWords = ` by order group limit offset first next in values null true false default set
reset do uescape as asc desc cast array case end and or not union intersect except join select from
where having when then else on local session set_config distinct role names authorization to `

type wordFlags uint8

const (
	wordKeyword  wordFlags = 1 << iota // stays in quotes where it stood in quotes
	wordReserved                       // an expression can follow, and it names nothing
	wordCall                           // a parenthesis stands close to it in the shape
	wordReg                            // a type whose values name things: regclass
	wordNames                          // a function whose first argument names a thing
	wordSQL                            // a function whose first argument is SQL
)

// wordTable finds a word in any case without allocating: open addressing by
// the hash that the lexer computes while it scans.
type wordTable struct {
	slots [2048]uint16
	text  []string
	flags []wordFlags
}

var words = newWordTable()

func newWordTable() *wordTable {
	t := &wordTable{text: []string{""}, flags: []wordFlags{wordCall}}
	for _, w := range strings.Fields(namedWords) {
		t.flags[t.add(w)] |= wordCall
	}
	mark := func(list string, set, clear wordFlags) {
		for _, w := range strings.Fields(list) {
			id := t.add(w)
			t.flags[id] = t.flags[id]&^clear | set
		}
	}
	mark(reservedWords, wordKeyword|wordReserved, wordCall)
	mark(callWords, wordKeyword|wordCall, 0)
	mark(columnWords, wordKeyword|wordCall, 0)
	mark(plainWords, wordKeyword|wordCall, 0)
	mark("values set by as", 0, wordCall)
	mark("any some array current_date current_time current_timestamp localtime localtimestamp", wordCall, 0)
	mark(regTypes, wordReg, 0)
	mark(namingFunctions, wordNames|wordCall, 0)
	mark(sqlFunctions, wordSQL|wordCall, 0)
	return t
}

// regTypes are the types whose literals are names that the server looks up.
const regTypes = ` regclass regproc regprocedure regoper regoperator regtype regrole regnamespace
regconfig regdictionary regcollation `

// namingFunctions take a string that names a table or sequence.
const namingFunctions = ` nextval currval setval to_regclass pg_get_serial_sequence table_to_xml
table_to_xmlschema table_to_xml_and_xmlschema pg_relation_size pg_table_size pg_total_relation_size
pg_indexes_size pg_sequence_last_value set_config `

// sqlFunctions take a string that the server runs.
const sqlFunctions = ` query_to_xml query_to_xmlschema query_to_xml_and_xmlschema ts_stat ts_rewrite `

func (t *wordTable) add(w string) uint16 {
	h := uint32(wordHashSeed)
	for i := range len(w) {
		h = wordHash(h, w[i])
	}
	if id := t.find(h, []byte(w)); id != 0 {
		return id
	}
	id := uint16(len(t.text))
	t.text = append(t.text, w)
	t.flags = append(t.flags, 0)
	i := h % uint32(len(t.slots))
	for t.slots[i] != 0 {
		i = (i + 1) % uint32(len(t.slots))
	}
	t.slots[i] = id
	return id
}

const wordHashSeed = 2166136261

// wordHash takes one more byte of a word into its hash. The bit that tells
// upper from lower case is set.
func wordHash(h uint32, c byte) uint32 { return (h ^ uint32(c|0x20)) * 16777619 }

// find returns the number of the word, 0 for one that is not in the table.
func (t *wordTable) find(h uint32, w []byte) uint16 {
	for i := h % uint32(len(t.slots)); ; i = (i + 1) % uint32(len(t.slots)) {
		id := t.slots[i]
		if id == 0 {
			return 0
		}
		if s := t.text[id]; len(s) == len(w) && equalFold(s, w) {
			return id
		}
	}
}

// lookup is find for a word whose hash is not known yet.
func (t *wordTable) lookup(w []byte) uint16 {
	h := uint32(wordHashSeed)
	for _, c := range w {
		h = wordHash(h, c)
	}
	return t.find(h, w)
}

// equalFold compares w to lower-case s, folding ASCII letters only: no other
// character is part of a keyword.
func equalFold(s string, w []byte) bool {
	for i, c := range w {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != s[i] {
			return false
		}
	}
	return true
}

func stringSet(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
