//go:build unix

package processes

import (
	"context"
	"errors"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/remote"
)

// What jobs of these kinds do, C code does too: it knows nothing of os.Stdout and
// of close-on-exec.
func init() {
	kinds = append(kinds,
		remote.Kind{Name: "write 1", Run: func(args []byte) (remote.Result, error) {
			_, err := syscall.Write(1, args)
			return nil, err
		}},
		remote.Kind{Name: "read 0", Run: func([]byte) (remote.Result, error) {
			n, err := syscall.Read(0, make([]byte, 1))
			return strconv.AppendInt(nil, int64(n), 10), err
		}},
		remote.Kind{Name: "close 0 and 1", Run: func([]byte) (remote.Result, error) {
			return nil, errors.Join(syscall.Close(0), syscall.Close(1))
		}},
		remote.Kind{Name: "daemon", Run: func(args []byte) (remote.Result, error) {
			pid, err := syscall.ForkExec("/bin/sleep", []string{"sleep", "1000"}, &syscall.ProcAttr{
				Files: []uintptr{0, 1, 2, 3, 4, 5}, Sys: &syscall.SysProcAttr{Setsid: string(args) == "escapes"},
			})
			return strconv.AppendInt(nil, int64(pid), 10), err
		}},
		remote.Kind{Name: "signals", Run: func([]byte) (remote.Result, error) {
			for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
				if err := syscall.Kill(os.Getpid(), s); err != nil {
					return nil, err
				}
			}
			return nil, nil
		}},
		remote.Kind{Name: "answer and stop", Run: func([]byte) (remote.Result, error) {
			writeAnswer(appendAnswer(nil, 1, outcomeResult, []byte("early")))
			err := syscall.Kill(os.Getpid(), syscall.SIGSTOP)
			time.Sleep(time.Hour) // that does not stop every thread at once
			return nil, err
		}})
}

func TestAJobMayUseItsStandardFilesAndNoOtherGetsAWrongAnswer(t *testing.T) {
	p := open(t, 1)
	before := p.PIDs()
	for _, job := range []struct{ kind, args, want string }{
		{"write 1", "\x06\x00\x00\x00\x01forge", ""},
		{"write 1", "\x64\x00\x00\x00", ""},
		{"write 1", string(appendAnswer(nil, 2, outcomeResult, []byte("forged"))), ""},
		{"read 0", "", "0"},
		{"signals", "", ""},
		{"close 0 and 1", "", ""},
		{"echo", "last", "last"},
	} {
		result, err := do(t, p, remote.Job{Kind: job.kind, Args: []byte(job.args)})
		if err != nil || string(result) != job.want {
			t.Errorf("%s: %q, error %v; want %q", job.kind, result, err, job.want)
		}
	}
	if after := p.PIDs(); after[0] != before[0] {
		t.Errorf("worker %v was replaced by %v", before, after)
	}
}

func TestADeadWorkerIsReplacedWhileAGrandchildHoldsItsPipes(t *testing.T) {
	for _, how := range []string{"stays", "escapes"} {
		t.Run(how, func(t *testing.T) {
			p := open(t, 1)
			result, err := do(t, p, remote.Job{Kind: "daemon", Args: []byte(how)})
			if err != nil {
				t.Fatal(err)
			}
			daemon, err := strconv.Atoi(string(result))
			if err != nil {
				t.Fatal(err)
			}
			defer syscall.Kill(daemon, syscall.SIGKILL)
			if _, err := do(t, p, remote.Job{Kind: "exit"}); !errors.Is(err, ErrWorkerDied) {
				t.Errorf("the job whose worker exits: %v", err)
			}
			if _, err := do(t, p, remote.Job{Kind: "echo"}); err != nil {
				t.Errorf("the job after it: %v", err)
			}
			if how == "escapes" {
				if err := syscall.Kill(daemon, 0); err != nil {
					t.Errorf("the daemon was to hold the pipes open: %v", err)
				}
			}
			within(t, "Close", func() { p.Close() })
		})
	}
}

func TestCloseReturnsWhileAGrandchildHoldsAPipe(t *testing.T) {
	p := open(t, 1)
	result, err := do(t, p, remote.Job{Kind: "daemon", Args: []byte("escapes")})
	if err != nil {
		t.Fatal(err)
	}
	daemon, _ := strconv.Atoi(string(result))
	defer syscall.Kill(daemon, syscall.SIGKILL)
	within(t, "Close", func() { p.Close() })
}

func TestSubmitReturnsAlthoughNoWorkerReads(t *testing.T) {
	p := open(t, 2)
	pids := p.PIDs()
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	}
	args := make([]byte, 8<<20)
	var jobs counter
	within(t, "Submit", func() {
		for range 4 {
			if err := p.Submit(remote.Job{Kind: "echo", Args: args}, jobs.count); err != nil {
				t.Error(err)
			}
		}
	})
	for _, pid := range pids {
		kill(t, pid)
	}
	within(t, "Close", func() { p.Close() })
	if done, failed := jobs.done.Load(), jobs.failed.Load(); done != 4 || failed != 2 {
		t.Errorf("of 4 jobs %d were done, %d with an error; want 4 and 2", done, failed)
	}
}

func TestShutdownKillsAnIdleWorkerThatDoesNotExit(t *testing.T) {
	p := open(t, 1)
	usual := exitGrace
	defer func() { exitGrace = usual }()
	exitGrace = time.Hour
	if err := syscall.Kill(p.PIDs()[0], syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = p.Shutdown(ctx)
	}()
	cancel()
	within(t, "Shutdown", func() { <-ended })
}

func TestAResultIsReportedBeforeTheNextArgumentsAreWritten(t *testing.T) {
	p := open(t, 1)
	first := make(chan string, 1)
	var second counter
	pid := p.PIDs()[0]
	if err := p.Submit(remote.Job{Kind: "answer and stop"}, func(r remote.Result, _ error) { first <- string(r) }); err != nil {
		t.Fatal(err)
	}
	if err := p.Submit(remote.Job{Kind: "echo", Args: make([]byte, 8<<20)}, second.count); err != nil {
		t.Fatal(err)
	}
	within(t, "the first result", func() {
		if got := <-first; got != "early" {
			t.Errorf("got %q", got)
		}
	})
	kill(t, pid)
	within(t, "Close", func() { p.Close() })
	if failed := second.failed.Load(); failed != 1 {
		t.Errorf("%d jobs failed with the worker that stood still", failed)
	}
}

func TestAPoolWorksBesideAPartOfTheProgramThatWaitsForAnyChild(t *testing.T) {
	parent := self(t, "waits for any child")
	said := &proc.Tail{Most: 1 << 12}
	parent.Stderr = said
	within(t, "the program", func() {
		if err := parent.Run(); err != nil {
			t.Errorf("%v: %s", err, said)
		}
	})
}

// waitForAny opens a pool beside what takes the state of every child, and lets
// its workers die.
func waitForAny() {
	go func() {
		for {
			if _, err := syscall.Wait4(-1, nil, 0, nil); err != nil {
				time.Sleep(100 * time.Microsecond) // there is none
			}
		}
	}()
	p, err := Open(2)
	if err != nil {
		panic(err)
	}
	for range 20 {
		if _, err := pattern.SubmitJob(p, remote.Job{Kind: "exit"}).Result(); !errors.Is(err, ErrWorkerDied) {
			panic(err)
		}
		if _, err := pattern.SubmitJob(p, remote.Job{Kind: "echo"}).Result(); err != nil {
			panic(err)
		}
	}
	if err := p.Close(); err != nil {
		panic(err)
	}
	os.Exit(0)
}
