//go:build unix

package proc

import (
	"io"
	"os"
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
func readNow(file *os.File, b []byte) (n int, err error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failure error
	err = raw.Read(func(fd uintptr) bool {
		for n, failure = -1, syscall.EINTR; failure == syscall.EINTR; {
			n, failure = syscall.Read(int(fd), b)
		}
		return true
	})
	switch {
	case err != nil:
		return 0, err
	case failure == syscall.EAGAIN || n == 0:
		return 0, io.EOF
	case failure != nil:
		return 0, os.NewSyscallError("read", failure)
	}
	return n, nil
}
