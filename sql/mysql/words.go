package mysql

import "strings"

// The words that the lexer or the key writer treat in a way of their own.
const (
	wNone uint16 = iota
	wSelect
	wIn
	wValues
	wValue
	wBy
	wOrder
	wGroup
	wLimit
	wOffset
	wSet
	wNames
	wCharset
	wCollate
	wCharacter
	wReturning
	wInsert
	wReplace
	wDelete
	wUpdate
	wInto
	wOutfile
	wDumpfile
	wPrepare
	wExecute
	wDeallocate
	wHandler
	wXa
	wBegin
	wCommit
	wRollback
	wExplain
	wDescribe
	wDesc
	wCall
	wWith
	wNull
	wTrue
	wFalse
	wDefault
	wAsc
	wRollup
	wFrom
	wWhere
	wHaving
	wUnion
	wFor
	wEnd
	wSession
	wGlobal
	wLocal
	wCollation
	wRank
	wDenseRank
	wPercentRank
	wCumeDist
	wRowNumber
	wNtile
	wLag
	wLead
	wFirstValue
	wLastValue
	wNthValue
	wGroups
	wIlike
	wTablesample
	wArray
	wTidbCurrentTso
	wTable
	wOn
	wJoin
	wReferences
	wCreate
	wDrop
	wAlter
	wTruncate
	wRename
	wShow
	wUse
	wStart
	wSavepoint
	wRelease
	wDo
	wKill
	wFlush
	wLock
	wUnlock
	wLoad
	wGrant
	wRevoke
	wAnalyze
	wOptimize
	wCheck
	wChecksum
	wRepair
	wImmediate
	wPassword
	wAfter
	wBefore
	wCount
	wSum
	wMin
	wMax
	wAvg
	wNow
	wCurdate
	wCurtime
	wSysdate
	wSubstr
	wSubstring
	wMid
	wTrim
	wPosition
	wExtract
	wCast
	wStd
	wStddev
	wStddevPop
	wStddevSamp
	wVarPop
	wVarSamp
	wVariance
	wBitAnd
	wBitOr
	wBitXor
	wGroupConcat
	wDateAdd
	wDateSub
	wAdddate
	wSubdate
	wSessionUser
	wSystemUser
	wApproxCountDistinct
	wApproxPercentile
	wJsonArrayagg
	wJsonObjectagg
	wJsonSumCrc32
	wTranslate
)

// namedWords are the words of the constants above, in their order.
const namedWords = `
select in values value by order group limit offset set names charset collate character returning
insert replace delete update into outfile dumpfile prepare execute deallocate handler xa begin
commit rollback explain describe desc call with null true false default asc rollup from where having
union for end session global local collation rank dense_rank percent_rank cume_dist row_number ntile
lag lead first_value last_value nth_value groups ilike tablesample array tidb_current_tso table on
join references create drop alter truncate rename show use start savepoint release do kill flush
lock unlock load grant revoke analyze optimize check checksum repair immediate password after before
count sum min max avg now curdate curtime sysdate substr substring mid trim position extract cast
std stddev stddev_pop stddev_samp var_pop var_samp variance bit_and bit_or bit_xor group_concat
date_add date_sub adddate subdate session_user system_user approx_count_distinct approx_percentile
json_arrayagg json_objectagg json_sum_crc32 translate`

// reservedWords are the words that MariaDB 10.11 or the grammar reserve: they
// are keywords wherever they stand without quotes, unless a dot is next to them.
const reservedWords = `
accessible add all alter analyze and array as asc asensitive before between bigint binary blob both
by call cascade case change char character check collate column condition constraint continue
convert create cross cume_dist current_date current_role current_time current_timestamp current_user
cursor database databases day_hour day_microsecond day_minute day_second dec decimal declare default
delayed delete delete_domain_id dense_rank desc describe deterministic distinct distinctrow div
do_domain_ids double drop dual each else elseif enclosed escaped except exists exit explain false
fetch first_value float float4 float8 for force foreign from fulltext generated grant group groups
having high_priority hour_microsecond hour_minute hour_second if ignore ignore_domain_ids ilike in
index infile inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval
into is iterate join key keys kill lag last_value lateral lead leading leave left like limit linear
lines load localtime localtimestamp lock long longblob longtext loop low_priority
master_demote_to_replica master_demote_to_slave master_ssl_verify_server_cert match maxvalue
mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural
no_write_to_binlog not nth_value ntile null numeric of offset on optimize option optionally or order
out outer outfile over page_checksum parse_vcol_expr partition percent_rank portion precision
primary procedure purge range rank read read_write reads real recursive ref_system_id references
regexp release rename repeat replace require resignal restrict return returning revoke right rlike
row row_number rows schemas second_microsecond select sensitive separator set show signal smallint
spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate
sqlwarning ssl starting stats_auto_recalc stats_persistent stats_sample_pages stored straight_join
table tablesample terminated then tidb_current_tso tinyblob tinyint tinytext to trailing trigger
true undo union unique unlock unsigned until update usage use using utc_date utc_time utc_timestamp
values varbinary varchar varcharacter varying virtual when where while window with write xor
year_month zerofill`

// tightCalls are the functions that are only called when the parenthesis
// follows at once, unless sql_mode has IGNORE_SPACE.
const tightCalls = `
adddate bit_and bit_or bit_xor cast count curdate curtime date_add date_sub extract group_concat
max mid min now position session_user std stddev stddev_pop stddev_samp subdate substr substring
sum sysdate system_user trim variance var_pop var_samp json_arrayagg json_objectagg
approx_count_distinct approx_percentile json_sum_crc32 translate median percentile_cont percentile_disc
trim_oracle`

// bareNames are words that the grammar reserves and MariaDB does not, and that
// are no more than names there. They are handed to the grammar in quotes.
const bareNames = `groups ilike tablesample array tidb_current_tso`

// windowCalls are reserved by the grammar, and are names in MariaDB and older
// MySQL where no parenthesis follows.
const windowCalls = `
rank dense_rank percent_rank cume_dist row_number ntile lag lead first_value last_value nth_value`

// callWords are reserved words that stand before a parenthesis as the name of
// a function or type does.
const callWords = `
if left right replace insert char varchar decimal numeric convert database schema
current_timestamp current_date current_time current_user localtime localtimestamp
utc_timestamp utc_date utc_time repeat mod binary varbinary tinyint smallint mediumint int integer
bigint float double real rank dense_rank percent_rank cume_dist row_number ntile lag lead
first_value last_value nth_value`

// typeWords are the types whose width is part of a definition.
const typeWords = `
varchar decimal numeric binary varbinary tinyint smallint mediumint int integer bigint float double
real bit year datetime timestamp time`

type wordFlags uint8

const (
	wordReserved wordFlags = 1 << iota
	wordTight
	wordBareName
	wordWindow
	wordCall
	wordType
)

// wordTable finds a word in any case without allocating: open addressing by
// the hash that the lexer computes while it scans.
type wordTable struct {
	slots [1024]uint16
	text  []string
	flags []wordFlags
}

var words = newWordTable()

func newWordTable() *wordTable {
	t := &wordTable{text: []string{""}, flags: []wordFlags{0}}
	for _, w := range strings.Fields(namedWords) {
		t.add(w)
	}
	mark := func(list string, f wordFlags) {
		for _, w := range strings.Fields(list) {
			t.flags[t.add(w)] |= f
		}
	}
	mark(reservedWords, wordReserved)
	mark(tightCalls, wordTight)
	mark(bareNames, wordBareName)
	mark(windowCalls, wordWindow)
	mark(callWords, wordCall)
	mark(typeWords, wordType)
	return t
}

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
