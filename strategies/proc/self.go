package proc

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
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

// Surroundings are what a process inherits of the one that starts it. Children
// that are to be alike, also when one is replaced later, get the same.
type Surroundings struct {
	dir   string // "" where it is not known
	env   []string
	umask int // -1 where there is none
}

// umaskVariable tells a child in a role its umask.
const umaskVariable = "POOLBENCH_UMASK"

// Here returns the surroundings of this process at this moment: its working
// directory, its environment and its umask.
func Here() Surroundings {
	dir, _ := os.Getwd() // one that was deleted is inherited
	return Surroundings{dir, os.Environ(), umask()}
}

// Self is as the function of that name, in these surroundings. The umask is
// taken over by children in a role.
func (s Surroundings) Self(args ...string) (*exec.Cmd, error) {
	cmd, err := Self(args...)
	if err != nil {
		return nil, err
	}
	cmd.Dir = s.dir
	cmd.Env = append([]string(nil), s.env...)
	if s.umask >= 0 {
		cmd.Env = append(cmd.Env, umaskVariable+"="+strconv.Itoa(s.umask))
	}
	return cmd, nil
}

// takeUmask takes over what Surroundings say.
func takeUmask() {
	if mask, err := strconv.Atoi(os.Getenv(umaskVariable)); err == nil && mask >= 0 {
		setUmask(mask)
	}
	_ = os.Unsetenv(umaskVariable)
}
