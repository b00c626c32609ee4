package processes

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

const (
	// startGrace is how long a started process may take to reach Hook.
	startGrace = 30 * time.Second

	// exitGrace is how long a worker may take to exit when its input ends.
	exitGrace = 5 * time.Second
)

// A process is a worker seen from the pool.
type process struct {
	cmd  *exec.Cmd
	in   *os.File // requests go in
	out  *os.File // answers come out
	read *bufio.Reader
	born time.Time

	// A request can be answered and followed by the next before the goroutine
	// that wrote it gets to run again, so sending has a lock.
	sending sync.Mutex
	frame   []byte // of the last request, for its memory

	// Guarded by the pool's lock.
	call    call        // the job it has
	busy    bool        // whether it has one
	hired   bool        // whether it ever had one
	overdue *time.Timer // kills it when it does not exit in time
}

// start starts a worker and waits for its greeting, for grace at most.
func start(program string, grace time.Duration) (*process, error) {
	p, err := spawn(program)
	if err != nil {
		return nil, fmt.Errorf("start worker process %s: %w", program, err)
	}
	late := time.AfterFunc(grace, p.end)
	what, payload, err := p.receive()
	inTime := late.Stop()
	if err == nil && what == outcomeGreeting && string(payload) == greeting {
		return p, nil
	}
	state := p.reap()
	switch {
	case !inTime:
		return nil, fmt.Errorf("worker process %d did not reach processes.Hook within %v: call Hook first thing in main or TestMain, before anything that takes time", p.pid(), grace)
	case errors.Is(err, errNoFrame) || err == nil:
		return nil, fmt.Errorf("worker process %d printed something before it reached processes.Hook: call Hook first thing in main or TestMain", p.pid())
	default:
		return nil, fmt.Errorf("worker process %d ended before it reached processes.Hook (%s): call Hook first thing in main or TestMain", p.pid(), state)
	}
}

// spawn starts a process with its pipes.
func spawn(program string) (*process, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	out, theirOut, err := os.Pipe()
	if err != nil {
		in.Close()
		return nil, err
	}
	defer theirOut.Close()
	cmd := &exec.Cmd{
		Path:   program,
		Args:   os.Args[:1], // a program that acts by its name finds the name it was given
		Env:    append(os.Environ(), workerVariable+"=1"),
		Stdin:  theirIn,
		Stdout: theirOut,
		Stderr: os.Stderr,
	}
	if err := cmd.Start(); err != nil {
		in.Close()
		out.Close()
		return nil, err
	}
	return &process{cmd: cmd, in: in, out: out, read: bufio.NewReader(out), born: time.Now()}, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// take notes the job that the worker is about to be sent. The caller holds the
// pool's lock.
func (p *process) take(c call) { p.call, p.busy, p.hired = c, true, true }

// drop takes the worker's job back, if it has one. The caller holds the pool's
// lock.
func (p *process) drop() (c call, busy bool) {
	c, busy = p.call, p.busy
	p.call, p.busy = call{}, false
	return c, busy
}

// send hands the worker a job. A worker that does not take it is ended, and
// whoever waits in receive is told.
func (p *process) send(job strategies.Job) {
	p.sending.Lock()
	defer p.sending.Unlock()
	p.frame = appendRequest(p.frame[:0], job.Kind, job.Args)
	if _, err := p.in.Write(p.frame); err != nil {
		p.end()
	}
	p.frame = worthKeeping(p.frame)
}

// receive waits for an answer. Its error means that no more will come.
func (p *process) receive() (outcome, []byte, error) {
	body, err := readBody(p.read)
	if err != nil {
		return 0, nil, err
	}
	return parseAnswer(body)
}

// dismiss tells an idle worker to exit, and sees to it. The caller holds the
// pool's lock.
func (p *process) dismiss() {
	p.in.Close()
	if p.overdue == nil {
		p.overdue = time.AfterFunc(exitGrace, p.end)
	}
}

// end kills the process. It may have ended.
func (p *process) end() { p.cmd.Process.Kill() }

// reap ends the process, frees what it held and says how it ended. Nobody may
// be in receive.
func (p *process) reap() (state string) {
	p.end()
	p.in.Close()
	p.out.Close()
	if err := p.cmd.Wait(); err != nil && p.cmd.ProcessState == nil {
		return err.Error()
	}
	return p.cmd.ProcessState.String()
}
