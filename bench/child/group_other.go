//go:build !unix

package child

import (
	"os/exec"
	"strconv"
)

// Group does nothing: Windows finds what a process started by its root.
func Group(*exec.Cmd) {}

// Kill ends a command and, on Windows, every process it started.
func Kill(cmd *exec.Cmd) {
	// What fails is to kill what is gone.
	_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
	_ = cmd.Process.Kill()
}

// KillRest does nothing: once its root is gone, nobody knows what belonged to
// it, and another process may have its number.
func KillRest(*exec.Cmd) {}
