package mysql

import "strings"

// The words that forms look at. They are no keywords of the key writer's, so
// they are in a table of their own.
const (
	fNone uint16 = iota
	fSelect
	fDuplicate
	fSounds
	fLike
	fAs
	fCast
	fConvert
	fUsing
	fCollate
	fCharset
	fCharacter
	fSet
	fGroupConcat
	fLimit
	fOffset
	fValue
	fValues
	fMatch
	fAgainst
	fSetval
	fPrevious
	fFor
	fSystemTime
	fOf
	fAll
	fFrom
	fTo
	fBetween
	fAnd
	fTimestamp
	fTransaction
	fInterval
	fJSONTable
	fColumns
	fNested
	fPath
	fShare
	fMode
	fSkip
	fLocked
	fNowait
	fWait
	fRows
	fRow
	fExamined
	fWith
	fTies
	fOnly
	fDefault
	fOr
	fReplace
	fTable
	fTables
	fTemporary
	fSequence
	fIndex
	fKey
	fDatabase
	fSchema
	fView
	fIf
	fNot
	fExists
	fCheck
	fOption
	fSystem
	fVersioning
	fWithout
	fOverlaps
	fPeriod
	fPersistent
	fInvisible
	fCompressed
	fIgnored
	fSpatial
	fOnline
	fAdd
	fDrop
	fAlter
	fCreate
	fRename
	fEncrypted
	fComment
	fGenerated
	fAlways
	fStart
	fEnd
	fModify
	fColumn
	fAfter
	fFirst
	fLowPriority
	fRead
	fWrite
	fSoft
	fHard
	fKill
	fWarnings
	fErrors
	fExtended
	fPartitions
	fExplain
	fDesc
	fDescribe
	fChecksum
	fRepair
	fQuick
	fFast
	fMedium
	fChanged
	fUpgrade
	fUseFrm
	fConsistent
	fSnapshot
	fInsert
	fUpdate
	fIn
	fUnion
	fDistinct
	fExcept
	fIntersect
	fOn
	fColumnCreate
	fColumnAdd
	fColumnGet
	fUnique
	fFulltext
	fSQLCache
	fSQLNoCache
	fSQLBufferResult
	fAnalyze
	fLevel
	fBy
	fInt
	fInteger
	fVarchar
	fNchar
	fNational
	fInet4
	fInet6
	fUUID
	fASCII
	fUnicode
	fGeometry
	fPoint
	fLinestring
	fPolygon
	fMultipoint
	fMultilinestring
	fMultipolygon
	fGeometrycollection
	fChange
	fConstraint
	fChar
	fNow
)

// formWords are the words of the constants above, in their order.
const formWords = `select duplicate sounds like as cast convert using collate charset character set group_concat limit
offset value values match against setval previous for system_time of all from to between and timestamp transaction
interval json_table columns nested path share mode skip locked nowait wait rows row examined with ties only default
or replace table tables temporary sequence index key database schema view if not exists check option system versioning
without overlaps period persistent invisible compressed ignored spatial online add drop alter create rename encrypted
comment generated always start end modify column after first low_priority read write soft hard kill
warnings errors extended partitions explain desc describe checksum repair quick fast medium changed upgrade use_frm
consistent snapshot insert update in union distinct except intersect on column_create column_add column_get unique
fulltext sql_cache sql_no_cache sql_buffer_result analyze level by int
integer varchar nchar national inet4 inet6 uuid ascii unicode geometry point linestring polygon multipoint
multilinestring multipolygon geometrycollection change constraint char now`

// formIndex finds a word by its text.
var formIndex = func() *wordTable {
	t := &wordTable{text: []string{""}, flags: []wordFlags{0}}
	for _, w := range strings.Fields(formWords) {
		t.add(w)
	}
	return t
}()

// formWord is the word of a token, fNone for one that no form looks at.
func formWord(tok []byte) uint16 {
	if len(tok) == 0 || classes[tok[0]]&classIdent == 0 {
		return fNone
	}
	h := uint32(wordHashSeed)
	for _, c := range tok {
		h = wordHash(h, c)
	}
	return formIndex.find(h, tok)
}

// formOf is what is done where a word stands, nil for nothing.
func formOf(word uint16) form {
	switch word {
	case fSounds:
		return soundsLike
	case fAs:
		return castType
	case fConvert:
		return convertType
	case fUsing:
		return usingCharset
	case fCollate:
		return collation
	case fCharset, fCharacter:
		return charset
	case fLimit:
		return limit
	case fOffset:
		return offset
	case fWith:
		return with
	case fShare:
		return shareMode
	case fMatch:
		return match
	case fValue:
		return freshValueCall
	case fSetval:
		return setval
	case fPrevious:
		return previousValue
	case fValues:
		return values
	case fFor:
		return systemTime
	case fJSONTable:
		return jsonTable
	case fCreate:
		return create
	case fAlter:
		return alter
	case fRename:
		return rename
	case fDrop, fAdd:
		return versions
	case fIf:
		return ifExists
	case fDefault:
		return defaultValue
	case fCheck, fChecksum, fRepair:
		return keepUp
	case fPersistent:
		return persistent
	case fInvisible, fCompressed, fIgnored, fWithout, fEncrypted:
		return attribute
	case fSpatial:
		return spatial
	case fPeriod:
		return period
	case fGenerated:
		return rowStart
	case fWait, fNowait:
		return wait
	case fComment:
		return databaseComment
	case fRead, fWrite:
		return lockOf
	case fSoft, fHard:
		return killForce
	case fWarnings, fErrors:
		return warnings
	case fExplain, fDesc, fDescribe:
		return explained
	case fInet4, fInet6, fUUID, fGeometry, fPoint, fLinestring, fPolygon, fMultipoint, fMultilinestring,
		fMultipolygon, fGeometrycollection:
		return columnType
	}
	return nil
}
