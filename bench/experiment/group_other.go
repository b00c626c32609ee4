//go:build !unix

package experiment

import "os/exec"

// ownGroup does nothing: this platform has no process groups to kill at once.
// Grandchildren end because their standard input is closed.
func ownGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
