//go:build unix

package proc

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// pass lets the process that cmd starts inherit three files, after those that it
// inherits already, and returns their descriptors there.
func pass(cmd *exec.Cmd, files ...*os.File) (passed [3]uintptr, err error) {
	for i, file := range files {
		passed[i] = uintptr(3 + len(cmd.ExtraFiles)) // after the standard files
		cmd.ExtraFiles = append(cmd.ExtraFiles, file)
	}
	return passed, nil
}

// takeOver makes a file of an inherited descriptor, which must be a pipe. No
// process that this one starts inherits it.
//
// It is a blocking one: a process that does nothing but answer wakes up sooner in
// a system call than through the poller. Only the lifeline must not keep a
// processor from other goroutines.
func takeOver(fd uintptr, name string) (*os.File, error) {
	var stat syscall.Stat_t
	if err := syscall.Fstat(int(fd), &stat); err != nil {
		return nil, os.NewSyscallError("fstat", err)
	}
	if fd < 3 || stat.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		return nil, fmt.Errorf("descriptor %d is no pipe for %s", fd, name)
	}
	syscall.CloseOnExec(int(fd))
	if name == lifelineName {
		if err := syscall.SetNonblock(int(fd), true); err != nil {
			return nil, os.NewSyscallError("fcntl", err)
		}
	}
	return os.NewFile(fd, name), nil
}
