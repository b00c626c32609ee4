package peers

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// shout sends what is to come back in upper case.
func shout(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(ample)); err != nil {
		t.Fatal(err)
	}
	message := bytes.Repeat([]byte("grüße "), 1000)
	go conn.Write(message)
	reply := make([]byte, len(message))
	if _, err := io.ReadFull(conn, reply); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(strings.ToUpper(string(message)), "Ü", "ü")
	if got := string(reply); got != strings.ReplaceAll(want, "SS", "ß") {
		t.Errorf("of %.20q came back %.20q", message, got)
	}
}

func TestPythonServesAsManyConnectionsAsItHasWorkers(t *testing.T) {
	path := python(t)
	for _, executor := range []string{"threads", "processes"} {
		t.Run(executor, func(t *testing.T) {
			t.Parallel()
			s, err := Serve(t.Context(), path, executor, 2, ample)
			if err != nil {
				t.Fatal(err)
			}
			if s.Workers != 2 || s.Version == "" || s.PID() == 0 || s.Alive() != nil {
				t.Errorf("%+v, %v", s, s.Alive())
			}
			conns := make([]net.Conn, 3)
			for i := range conns {
				if conns[i], err = net.Dial("tcp", s.Addr); err != nil {
					t.Fatal(err)
				}
				defer conns[i].Close()
			}
			shout(t, conns[0])
			shout(t, conns[1])
			// The third waits until one of the others leaves.
			if _, err := conns[2].Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			if err := conns[2].SetReadDeadline(time.Now().Add(brief)); err != nil {
				t.Fatal(err)
			}
			one := make([]byte, 1)
			if n, err := conns[2].Read(one); n > 0 || err == nil {
				t.Errorf("two workers serve a third connection: %q, %v", one[:n], err)
			}
			conns[0].Close()
			if err := conns[2].SetReadDeadline(time.Now().Add(ample)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(conns[2], one); err != nil || one[0] != 'X' {
				t.Errorf("%q, %v; want X once a worker is free", one, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := s.Alive(); err == nil {
				t.Error("alive after it was closed")
			}
			if conn, err := net.Dial("tcp", s.Addr); err == nil {
				conn.Close()
				t.Error("the port is still open")
			}
		})
	}
}

func TestPythonSaysWhyItDoesNotServe(t *testing.T) {
	path := python(t)
	_, err := Serve(t.Context(), path, "fibres", 2, ample)
	contains(t, err, "executor is 'fibres', want threads or processes")
	_, err = Serve(t.Context(), path, "threads", -1, ample)
	contains(t, err, "limit is -1")
}
