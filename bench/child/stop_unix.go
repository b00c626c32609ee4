//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

// CanStop says whether this platform can stop a process and let it go on.
const CanStop = true

// Stop halts a command that was given to Group and every process it started.
func Stop(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGSTOP) }

// Continue lets what was stopped go on.
func Continue(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGCONT) }
