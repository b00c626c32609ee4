//go:build unix

package stock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/strategies/proc"
	"golang.org/x/sys/unix"
)

// A live is a process that stands still between its turns. It reads with
// blocking calls on the thread that uses it: the runtime's poller would wake it
// through a thread of no rank.
type live struct {
	ctx      context.Context
	proc     *proc.Process
	out      *os.File
	fd       int
	rest     []byte   // read and not yet a whole line
	stderr   *os.File // a file, because a pipe would need somebody to read it
	watch    watcher
	patience time.Duration
	ended    bool

	preempted int
}

// look is how often a wait for a line asks whether it is still wanted.
const look = 50 * time.Millisecond

// Open starts a process of the benchmark through start, lets it run its first
// repetition to warm up, and stops it. It has so many turns. The thread that calls
// it must be the one that starts the process, takes its turns and closes it, and
// one that outranks it (see package scheduler), or its stop comes late.
func Open(ctx context.Context, binary Binary, b Benchmark, turns int, patience time.Duration, start func(begin func() error) error) (experiment.Side, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, &HostError{"make a pipe for " + b.Name, err}
	}
	stderr, err := scratch()
	if err != nil {
		return nil, errors.Join(&HostError{"make a file for what " + b.Name + " says", err}, read.Close(), write.Close())
	}
	cmd := binary.command(b, turns+1)
	cmd.Stdout, cmd.Stderr = write, stderr
	proc.Dependent(cmd)
	p := &live{
		ctx: ctx, out: read, fd: int(read.Fd()),
		stderr: stderr, watch: watcher{benchmark: b}, patience: patience,
	}
	err = start(func() (err error) {
		// How long it may live is asked at every look.
		p.proc, err = proc.Start(context.Background(), cmd)
		return err
	})
	write.Close()
	if err != nil {
		read.Close()
		stderr.Close()
		return nil, &HostError{"start " + binary.Path, err}
	}
	if _, err := p.next(); err != nil {
		p.end()
		return nil, err
	}
	if err := p.proc.Stop(); err != nil {
		p.end()
		return nil, fmt.Errorf("stop %s: %w", b.Name, err)
	}
	return p, nil
}

func (p *live) Turn() (experiment.Turn, error) {
	before := p.cpu()
	begin := time.Now()
	if err := p.proc.Continue(); err != nil && !errors.Is(err, os.ErrProcessDone) { // next says how it ended
		return experiment.Turn{}, fmt.Errorf("continue %s: %w", p.watch.benchmark.Name, err)
	}
	r, err := p.next()
	took := time.Since(begin)
	if err != nil {
		p.end()
		return experiment.Turn{}, err
	}
	if err := p.proc.Stop(); err != nil && !errors.Is(err, unix.ESRCH) && !errors.Is(err, os.ErrProcessDone) {
		return experiment.Turn{}, fmt.Errorf("stop %s: %w", p.watch.benchmark.Name, err)
	}
	return r.turn(took, p.cpu()-before), nil
}

// cpu is the CPU time that the process has used, the collections between
// repetitions included, or 0 where the system does not tell.
func (p *live) cpu() time.Duration {
	both := experiment.CPUTime(p.proc.PID())
	if both == 0 {
		return 0
	}
	if used := both - experiment.CPUTime(); used > 0 {
		return used
	}
	// It is gone, after its last turn.
	state := p.proc.ProcessState()
	if state == nil {
		return 0
	}
	return state.UserTime() + state.SystemTime()
}

// next returns the next result that the process prints.
func (p *live) next() (result, error) {
	deadline := time.Now().Add(p.patience)
	for {
		for {
			line, rest, whole := bytes.Cut(p.rest, []byte("\n"))
			if !whole {
				break
			}
			p.rest = rest
			r, ok, err := p.watch.take(string(line))
			if ok || err != nil {
				return r, err
			}
		}
		if len(p.rest) > maxLine {
			return result{}, &PrintError{string(p.rest[:100])}
		}
		if err := p.fill(deadline); err != nil {
			return result{}, err
		}
	}
}

// fill waits for output and reads it.
func (p *live) fill(deadline time.Time) error {
	fds := []unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, int(look.Milliseconds()))
	switch {
	case errors.Is(err, unix.EINTR):
		return nil
	case err != nil:
		return fmt.Errorf("wait for %s: %w", p.watch.benchmark.Name, err)
	case p.ctx.Err() != nil:
		return p.ctx.Err()
	case n == 0 && time.Now().After(deadline):
		return &SlowError{Patience: p.patience.String()}
	case n == 0:
		return nil
	}
	var chunk [4096]byte
	got, err := unix.Read(p.fd, chunk[:])
	switch {
	case errors.Is(err, unix.EINTR):
		return nil
	case err != nil:
		return fmt.Errorf("read from %s: %w", p.watch.benchmark.Name, err)
	case got == 0:
		return p.died()
	}
	p.rest = append(p.rest, chunk[:got]...)
	return nil
}

// died says why there is no more output.
func (p *live) died() error {
	if p.watch.failed {
		return &FailError{strings.Join(p.watch.output, "; ")}
	}
	said := &proc.Tail{Most: 2048}
	if _, err := p.stderr.Seek(0, io.SeekStart); err == nil {
		// What cannot be read of it is not told.
		_, _ = io.Copy(said, p.stderr)
	}
	err := p.end()
	if err == nil {
		err = errors.New("it ended before its last repetition")
	}
	return fmt.Errorf("run %s: %w%s", p.watch.benchmark.Name, err, after(": ", opening(said.String())))
}

// scratch returns a file that is gone when it is closed.
func scratch() (*os.File, error) {
	file, err := os.CreateTemp("", "poolbench-stderr-")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}

// Close lets the process come to its end by itself, so that what its TestMain
// clears away is cleared, and kills it if it does not.
func (p *live) Close() error {
	if p.ended {
		return nil
	}
	if p.proc.Continue() == nil {
		deadline := time.Now().Add(min(p.patience, goodbye))
		for p.fill(deadline) == nil {
			p.rest = nil
		}
	}
	// How it ends is not asked: its turns are taken.
	_ = p.end()
	return nil
}

// Preempted is how often the process's threads lost their CPU to another, once it
// is closed.
func (p *live) Preempted() int { return p.preempted }

// goodbye is how long a process may take to end after its last turn.
const goodbye = 2 * time.Second

// end kills what is left of the process and waits for it.
func (p *live) end() error {
	if p.ended {
		return nil
	}
	p.ended = true
	if p.exits() {
		killer := time.AfterFunc(goodbye, p.proc.Kill)
		defer killer.Stop()
	} else {
		p.proc.Kill()
	}
	err := p.proc.Wait()
	if state := p.proc.ProcessState(); state != nil {
		if used, ok := state.SysUsage().(*syscall.Rusage); ok {
			p.preempted = int(used.Nivcsw)
		}
	}
	p.out.Close()
	p.stderr.Close()
	return err
}

// exits reports whether the process has closed its output by itself and so is
// about to end.
func (p *live) exits() bool {
	fds := []unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&unix.POLLHUP != 0 && fds[0].Revents&unix.POLLIN == 0
}
