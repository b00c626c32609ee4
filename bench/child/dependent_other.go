//go:build !linux

package child

import "os/exec"

// Dependent does nothing: only Linux ends a process with its parent.
func Dependent(*exec.Cmd) {}
