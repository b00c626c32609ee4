//go:build !unix

package child

import (
	"errors"
	"os/exec"
)

// CanStop says whether this platform can stop a process and let it go on.
const CanStop = false

var errCannotStop = errors.New("this platform cannot stop a process and let it go on")

// Stop fails.
func Stop(*exec.Cmd) error { return errCannotStop }

// Continue fails.
func Continue(*exec.Cmd) error { return errCannotStop }
