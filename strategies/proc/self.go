package proc

import (
	"fmt"
	"os"
	"os/exec"
)

// Self returns a command that runs this program again, with other arguments and
// under the name that it was called by.
func Self(args ...string) (*exec.Cmd, error) {
	path, err := program()
	if err != nil {
		return nil, fmt.Errorf("start this program again: %w", err)
	}
	cmd := exec.Command(path)
	cmd.Args = append([]string{os.Args[0]}, args...)
	return cmd, nil
}
