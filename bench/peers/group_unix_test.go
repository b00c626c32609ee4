//go:build unix

package peers

import (
	"io"
	"os"
	"testing"
	"time"
)

func TestNoWorkerOutlivesItsPeer(t *testing.T) {
	for _, end := range []struct {
		name string
		how  func(t *testing.T, s *Session)
	}{
		{"the peer exits and leaves it behind", func(t *testing.T, s *Session) {
			_, err := s.Turn(1)
			contains(t, err, "ended without an answer (exit status 6)")
		}},
		{"the session is closed", func(t *testing.T, s *Session) {
			contains(t, s.Close(), "exit status 6")
		}},
	} {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			// The worker inherits one end of a pipe, and the other end tells
			// when it is gone.
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			cmd := actor(t.Context(), "has a worker that does not end")
			cmd.ExtraFiles = []*os.File{write}
			s, err := start(t.Context(), cmd, Request{}, ample)
			write.Close()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if _, err := s.Turn(0); err != nil {
				t.Fatal(err)
			}
			end.how(t, s)
			if err := read.SetReadDeadline(time.Now().Add(ample)); err != nil {
				t.Fatal(err)
			}
			if _, err := read.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("the worker lives on: %v", err)
			}
		})
	}
}

func TestPythonSaysWhatIsWrongWithEachName(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	script := func(name, body string) {
		t.Helper()
		if err := os.WriteFile(bin+"/"+name, []byte("#!/bin/sh\n"+body), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := Python(t.Context())
	contains(t, err, "no usable Python", `"python3"`, `"python"`, "not found", "3.8 or later")

	script("python3", "echo /usr/bin/python3.6; echo 3.6.15")
	script("python", "echo 'Unknown option: -I' >&2; exit 2")
	_, _, err = Python(t.Context())
	contains(t, err, bin+"/python3 is Python 3.6.15", bin+"/python does not run: exit status 2: Unknown option: -I")

	script("python3", "echo Welcome")
	_, _, err = Python(t.Context())
	contains(t, err, bin+"/python3 does not tell its version", "Welcome")

	script("python", "echo /opt/python3.99; echo 3.99.1")
	path, version, err := Python(t.Context())
	if path != "/opt/python3.99" || version != "3.99.1" || err != nil {
		t.Errorf("got %q, %q, %v; want the second name's", path, version, err)
	}
}
