package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A lease is the right to use a machine that others use too: it is had from the
// moment that its command copies its input to its output until that input ends.
// Such a command is "flock FILE cat". Without a command it is always had.
type lease struct {
	command string
	process *exec.Cmd
	input   io.WriteCloser
	since   time.Time
}

func (l *lease) Set(command string) error { l.command = command; return nil }

func (l *lease) String() string { return l.command }

// take waits for the lease.
func (l *lease) take() error {
	if l.command == "" {
		return nil
	}
	if err := l.wait(); err != nil {
		return fmt.Errorf("wait with %q, which must copy its input in the end, as cat does: %w", l.command, err)
	}
	l.since = time.Now()
	return nil
}

func (l *lease) wait() error {
	cmd := exec.Command("sh", "-c", l.command)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	_, err = input.Write([]byte{'\n'})
	if err == nil {
		_, err = output.Read(make([]byte, 1))
	}
	if err != nil {
		input.Close()
		return errors.Join(err, cmd.Wait())
	}
	l.process, l.input = cmd, input
	return nil
}

// held is for how long the lease has been had.
func (l *lease) held() time.Duration {
	if l.process == nil {
		return 0
	}
	return time.Since(l.since)
}

// giveBack ends the lease.
func (l *lease) giveBack() error {
	if l.process == nil {
		return nil
	}
	l.input.Close()
	err := l.process.Wait()
	l.process = nil
	if err != nil {
		return fmt.Errorf("end %q: %w", l.command, err)
	}
	return nil
}
