//go:build !linux

package proc

import "os/exec"

// Dependent does nothing: only Linux ends a process with its parent.
func Dependent(*exec.Cmd) {}
