//go:build unix

package child

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// TakeStdout returns this process's standard output for replies to its parent.
// From then on whatever else is written there goes to standard error: through
// os.Stdout, and also by whoever writes to descriptor 1 itself.
func TakeStdout() (*os.File, error) {
	replies, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3)
	if err == nil {
		err = unix.Dup2(2, 1)
	}
	if err != nil {
		return nil, fmt.Errorf("keep standard output for replies to the parent process: %w", err)
	}
	return os.NewFile(uintptr(replies), os.Stdout.Name()), nil
}
