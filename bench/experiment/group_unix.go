//go:build unix

package experiment

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the command into a process group of its own: a Ctrl-C at the
// terminal then reaches only the parent, and the child is ended with all its
// children at once.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup ends the command and all its children.
func killGroup(cmd *exec.Cmd) {
	// The group outlives its leader, so that this is right even when the
	// command itself has died.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
