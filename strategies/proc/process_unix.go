//go:build unix

package proc

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// CanStop says whether this platform can stop a process and let it go on.
const CanStop = true

// lead lets a process lead a group of its own, so that it can be ended with all
// that it starts.
func lead(attr *syscall.SysProcAttr) { attr.Setpgid = true }

func killGroup(leader *os.Process) error     { return syscall.Kill(-leader.Pid, syscall.SIGKILL) }
func stopGroup(leader *os.Process) error     { return syscall.Kill(-leader.Pid, syscall.SIGSTOP) }
func continueGroup(leader *os.Process) error { return syscall.Kill(-leader.Pid, syscall.SIGCONT) }

// killRest ends what a process that has ended left in its group. Mostly there is
// nothing.
func killRest(leader *os.Process) { _ = killGroup(leader) }

// endSelf ends this process at once, with its group if it leads one.
func endSelf() {
	if syscall.Getpgrp() == os.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
	os.Exit(1)
}

// readNow reads what can be read without waiting, and io.EOF when there is
// nothing.
func readNow(file *os.File, b []byte) (int, error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return 0, err
	}
	n, err := now(raw.Read, syscall.Read, b)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

// writeNow writes what can be written without waiting.
func writeNow(file *os.File, b []byte) (int, error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return 0, err
	}
	return now(raw.Write, syscall.Write, b)
}

// now makes one system call on a pipe that does not block.
func now(with func(func(fd uintptr) bool) error, call func(int, []byte) (int, error), b []byte) (n int, err error) {
	failure := with(func(fd uintptr) bool {
		for n, err = call(int(fd), b); err == syscall.EINTR; {
			n, err = call(int(fd), b)
		}
		return true
	})
	switch {
	case failure != nil:
		return 0, failure
	case err == syscall.EAGAIN:
		return 0, nil
	case err != nil:
		return 0, &os.PathError{Op: "use", Path: "pipe", Err: err}
	}
	return n, nil
}

// umask returns the umask of this process. Only Linux says it without a moment in
// which another one holds.
func umask() int {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "\nUmask:")
	var mask int
	if _, err := fmt.Sscanf(rest, "%o", &mask); err == nil {
		return mask
	}
	mask = syscall.Umask(0o077) // for that moment the stricter
	syscall.Umask(mask)
	return mask
}

func setUmask(mask int) { syscall.Umask(mask) }

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
