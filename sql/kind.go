package sql

import (
	"fmt"
	"slices"
)

// Kind is what sort of statement this is, in the vocabulary of `statements:`
// in a policy. The zero value, KindUnknown, is never allowed by anything.
type Kind uint8

// The kinds of statement. The manual's section "SQL Statements" is the model;
// statements that no policy would tell apart share a kind.
const (
	KindUnknown     Kind = iota // not understood
	KindSelect                  // SELECT, VALUES, TABLE
	KindInsert                  // INSERT
	KindUpdate                  // UPDATE
	KindDelete                  // DELETE
	KindReplace                 // REPLACE
	KindLoad                    // LOAD DATA, LOAD XML, IMPORT
	KindCall                    // CALL
	KindCreate                  // CREATE anything but users and roles
	KindAlter                   // ALTER anything but users
	KindDrop                    // DROP anything but users and roles
	KindRename                  // RENAME TABLE
	KindTruncate                // TRUNCATE
	KindShow                    // SHOW
	KindExplain                 // EXPLAIN or ANALYZE of a statement
	KindDescribe                // DESCRIBE table
	KindSet                     // SET of variables, names and roles
	KindUse                     // USE
	KindTransaction             // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, XA
	KindPrepare                 // PREPARE, EXECUTE, DEALLOCATE in SQL text
	KindLock                    // LOCK TABLES, UNLOCK TABLES
	KindHandler                 // HANDLER
	KindGrant                   // GRANT, REVOKE, users, roles, passwords
	KindKill                    // KILL
	KindFlush                   // FLUSH, RESET, PURGE
	KindDo                      // DO
	KindMaintain                // ANALYZE, OPTIMIZE, CHECK, CHECKSUM, REPAIR TABLE, VACUUM, CLUSTER, REINDEX
	KindAdmin                   // INSTALL, SHUTDOWN, replication, BINLOG, ALTER SYSTEM, and the like
	KindMerge                   // MERGE
	KindCopy                    // COPY, in either direction
	KindCursor                  // DECLARE, FETCH, MOVE, CLOSE in SQL text
	KindNotify                  // LISTEN, NOTIFY, UNLISTEN
	KindRefresh                 // REFRESH MATERIALIZED VIEW
	kindCount
)

var kindWords = [kindCount]string{
	"unknown", "select", "insert", "update", "delete", "replace", "load", "call",
	"create", "alter", "drop", "rename", "truncate", "show", "explain", "describe",
	"set", "use", "transaction", "prepare", "lock", "handler", "grant", "kill",
	"flush", "do", "maintain", "admin", "merge", "copy", "cursor", "notify", "refresh",
}

// String returns the lower-case word that a policy uses.
func (k Kind) String() string {
	if k < kindCount {
		return kindWords[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind finds the kind that a policy's word names. "unknown" is no word of
// a policy: what is not understood cannot be allowed.
func ParseKind(word string) (Kind, bool) {
	i := slices.Index(kindWords[1:], word)
	return Kind(i + 1), i >= 0
}

// Kinds returns all kinds that a policy can name, in their order.
func Kinds() []Kind {
	ks := make([]Kind, 0, kindCount-1)
	for k := KindUnknown + 1; k < kindCount; k++ {
		ks = append(ks, k)
	}
	return ks
}

// Writes reports whether statements of this kind can change stored data,
// definitions or rights. KindUnknown writes, since nobody can say that it does
// not, and so do kinds that run code nobody has read. A SELECT may still write
// through a function or a sequence: see Analysis.Tables and Functions.
func (k Kind) Writes() bool {
	switch k {
	case KindSelect, KindShow, KindExplain, KindDescribe, KindSet, KindUse, KindTransaction, KindLock,
		KindCursor, KindNotify:
		return false
	}
	return true
}
