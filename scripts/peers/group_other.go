//go:build !unix

package peers

import (
	"os/exec"
	"strconv"
)

// ownGroup does nothing: on Windows the tree of processes is killed by name of
// its root.
func ownGroup(*exec.Cmd) {}

// killGroup kills the command and, on Windows, every process it started.
func killGroup(cmd *exec.Cmd) {
	_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
	_ = cmd.Process.Kill()
}
