// Package housetest holds the tests of the house itself: who may import whom,
// that every package says what it is for, that the commands in the documents
// are real, and what may not stand in any file.
//
// It knows the tree of files and nothing of what the code does; [Table] is for
// the tests of packages whose tables stand in a document too. The tests walk
// and parse the files themselves, from the root of the module, because a test
// that asks another program is cached and misses a change.
package housetest
