//go:build unix && !linux

package testdb

import "syscall"

// attributes makes a child run as the account, in a process group of its own.
// Only Linux has a death signal; elsewhere the keeper alone ends the server.
func (a account) attributes(syscall.Signal) *syscall.SysProcAttr {
	attr := ownGroup()
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}
