//go:build unix

package peers

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the command into a process group of its own, so that its
// workers can be killed with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup kills the command and every process it started, also when it has
// ended and they have not.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
