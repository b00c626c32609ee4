package proc

import (
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
