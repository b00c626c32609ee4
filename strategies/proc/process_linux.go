package proc

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"unsafe"
)

// awaitEnd waits for the end of a child, without collecting its exit state: until
// that is done, its number belongs to no other process, nor does that of its
// group. It reports whether the child has ended.
func awaitEnd(pid int) bool {
	const ofProcess = 1 // P_PID, which package syscall has no name for
	var info [128]byte  // siginfo_t, which is not looked at
	for {
		_, _, err := syscall.Syscall6(syscall.SYS_WAITID, ofProcess, uintptr(pid),
			uintptr(unsafe.Pointer(&info)), syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		switch err {
		case 0, syscall.ECHILD: // another part of the program may have been faster
			return true
		case syscall.EINTR:
		default:
			return false
		}
	}
}

// Dependent lets a command, before it is started, die with the thread that
// starts it, so that nothing stopped or running is left when this program is
// killed. The thread must live as long as the command is needed. It is for
// programs that are not this one; a child in a role ends with its parent anyway.
func Dependent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}

// running is the file that this process runs, also when its name is gone.
const running = "/proc/self/exe"

func program() (string, error) {
	if _, err := os.Stat(running); err == nil {
		return running, nil
	}
	return os.Executable() // there is no /proc
}

// nameProcess gives this process the name that tools such as top and pgrep show,
// which would be that of the link.
func nameProcess() { _ = os.WriteFile("/proc/self/comm", []byte(filepath.Base(os.Args[0])), 0) }
