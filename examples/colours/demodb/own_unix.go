//go:build unix

package demodb

import (
	"os/exec"
	"syscall"
)

const terminate = syscall.SIGTERM

// own makes cmd run as the user, in a process group of its own: a Ctrl-C in
// the terminal is for us, and we end the database when its clients are gone.
func (o *ids) own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if o != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
	}
}
