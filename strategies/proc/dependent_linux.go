package proc

import (
	"os/exec"
	"syscall"
)

// Dependent lets a command, before it is started, die with the thread that
// starts it, so that nothing stopped or running is left when this program is
// killed. The thread must live as long as the command is needed. It is for
// programs that are not this one; a child in a role ends with its parent anyway.
func Dependent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}
