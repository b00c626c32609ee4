package load

import (
	"net"
	"net/netip"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// epollPwait2 is epoll_wait with a time-out in nanoseconds (Linux 5.11), which
// x/sys does not wrap. The kernel's timespec has 64 bits on every platform.
func epollPwait2(epoll int, ready []unix.EpollEvent, ns int64) (int, error) {
	timeout := struct{ sec, nsec int64 }{ns / int64(time.Second), ns % int64(time.Second)}
	n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(epoll), uintptr(unsafe.Pointer(&ready[0])), uintptr(len(ready)),
		uintptr(unsafe.Pointer(&timeout)), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// threadCPU is the CPU time of the calling thread.
func threadCPU() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// zone is the interface of a link-local address, as the kernel numbers it.
func zone(ip netip.Addr) uint32 {
	if n, err := strconv.ParseUint(ip.Zone(), 10, 32); err == nil {
		return uint32(n)
	}
	if iface, err := net.InterfaceByName(ip.Zone()); err == nil {
		return uint32(iface.Index)
	}
	return 0
}
