//go:build unix && !linux

package testgate

import "syscall"

// attributes gives the program a process group of its own; only Linux has a
// death signal.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
