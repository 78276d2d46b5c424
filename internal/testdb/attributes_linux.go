package testdb

import "syscall"

// attributes makes a child run as the account, in a process group of its own
// (so that an interrupt at the terminal reaches us first), and has the kernel
// send it die when the thread that started it ends.
func (a account) attributes(die syscall.Signal) *syscall.SysProcAttr {
	attr := ownGroup()
	attr.Pdeathsig = die
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}
