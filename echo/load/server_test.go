package load

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
)

// serve runs handle on every connection of a listener on the loopback
// interface until the test ends, and returns its address.
func serve(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu    sync.Mutex
		conns []net.Conn
		all   sync.WaitGroup
	)
	all.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			all.Go(func() {
				defer conn.Close()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		mu.Lock()
		for _, conn := range conns {
			conn.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return ln.Addr().String()
}

// upperCase echoes what it reads until the connection ends.
func upperCase(conn net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := conn.Read(buffer)
		if n > 0 {
			if _, err := conn.Write(bytes.ToUpper(buffer[:n])); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// afterOne reads a request of size bytes and lets end do the rest.
func afterOne(size int, end func(net.Conn, []byte)) func(net.Conn) {
	return func(conn net.Conn) {
		request := make([]byte, size)
		if _, err := io.ReadFull(conn, request); err == nil {
			end(conn, bytes.ToUpper(request))
		}
	}
}
