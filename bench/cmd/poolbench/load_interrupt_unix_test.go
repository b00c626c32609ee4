//go:build unix

package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"regexp"
	"sync/atomic"
	"testing"
)

func TestAnInterruptedLoadPrintsWhatItSawAsInvalid(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	addr, stop, err := listen(func(conn net.Conn) { echoUpper(counted{conn, &asked}) })
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	cmd, stdout, stderr, _, _ := start(t, "load", "--addr", addr, "--rate", "1000", "--connections", "4", "--duration", "10m", "--warmup", "0", "--hlog", "run.hlog")
	await(t, cmd, func() bool { return asked.Load() > 100 })
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Fatalf("got %v, want exit code %d\n%s", err, exitInterrupted, stderr)
	}
	for _, want := range []string{`(?m)^INVALID BenchmarkEcho/\S+ .*ended early`, `(?m)^BenchmarkEcho/.* req/s`, `(?m)^INVALID: ended early`} {
		if !regexp.MustCompile(want).MatchString(stdout.String()) {
			t.Errorf("stdout lacks %s:\n%s", want, stdout)
		}
	}
	if !regexp.MustCompile(`poolbench: interrupted: .*no measurement\n$`).MatchString(stderr.String()) {
		t.Errorf("stderr is\n%s", stderr)
	}
}

// counted counts what a server reads.
type counted struct {
	net.Conn
	reads *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	c.reads.Add(1)
	return c.Conn.Read(b)
}
