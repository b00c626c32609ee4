//go:build linux && !386 && !s390x

package echo

import (
	"net"
	"syscall"
	"unsafe"
)

// backlogOf returns a function that counts the connections that ln's kernel
// queue holds. For a listening socket the kernel gives this number as
// tcpi_unacked (tcp_get_info in net/ipv4/tcp.c).
func backlogOf(ln net.Listener) func() int {
	socket, ok := ln.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil
	}
	return func() int {
		var info syscall.TCPInfo
		size := uint32(unsafe.Sizeof(info))
		err := raw.Control(func(fd uintptr) {
			_, _, errno := syscall.Syscall6(syscall.SYS_GETSOCKOPT, fd, syscall.IPPROTO_TCP, syscall.TCP_INFO,
				uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
			if errno != 0 {
				info.Unacked = 0
			}
		})
		if err != nil {
			return 0 // the listener is closed, and its queue gone
		}
		return int(info.Unacked)
	}
}
