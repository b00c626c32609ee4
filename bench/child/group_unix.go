//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

// Group puts a command, before it is started, into a process group of its own:
// a Ctrl-C at the terminal then reaches only the parent, and Kill reaches all
// that the command starts.
func Group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// Kill ends a command that was given to Group and every process it started,
// also when it has ended and they have not.
func Kill(cmd *exec.Cmd) {
	// What fails is to kill what is gone.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

// KillRest ends what a command that has been waited for has left running.
func KillRest(cmd *exec.Cmd) { Kill(cmd) }
