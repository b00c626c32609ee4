package child

import (
	"os/exec"
	"syscall"
)

// Dependent lets a command that was given to Group, before it is started, die
// with the thread that starts it, so that nothing stopped or running stays
// behind when this program is killed. The thread must live as long as the
// command is wanted.
func Dependent(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }
