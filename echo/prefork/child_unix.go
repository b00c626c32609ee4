//go:build unix

package prefork

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/poolbench/poolbench/echo"
)

const (
	// startGrace is how long a started process may take to reach Hook.
	startGrace = 30 * time.Second

	// countPatience is how long a process may take to say what it has counted,
	// before what it said last is taken.
	countPatience = 200 * time.Millisecond
)

// A child is a process that serves, seen from the one that started it.
type child struct {
	cmd     *exec.Cmd
	in, out *os.File
	reports *json.Decoder
	born    time.Time
	log     *slog.Logger

	mu     sync.Mutex
	orders *json.Encoder
	latest echo.Counts
	asked  chan struct{} // closed when counts that were asked for are there; nil when none are
	said   error         // what it ended with, in its own words
	ended  bool
}

// start starts a process that serves on socket as c says, and waits until it
// does. fork is what makes a process of the command.
func start(program string, socket *os.File, c config, log *slog.Logger, fork func(*exec.Cmd) error) (*child, error) {
	p, err := spawn(program, socket, fork)
	if err != nil {
		return nil, fmt.Errorf("start %s to serve: %w", program, err)
	}
	p.log = log
	late := time.AfterFunc(startGrace, p.kill)
	var first report
	err = p.orders.Encode(c)
	if err == nil {
		err = p.reports.Decode(&first)
	}
	inTime := late.Stop()
	if err == nil && first.Ready {
		return p, nil
	}
	p.kill()
	state := p.reap()
	switch {
	case first.Error != "":
		return nil, fmt.Errorf("process %d cannot serve: %s", p.pid(), first.Error)
	case !inTime:
		return nil, fmt.Errorf("process %d did not reach prefork.Hook within %v: call Hook first thing in main or TestMain, before anything that takes time", p.pid(), startGrace)
	}
	return nil, fmt.Errorf("process %d ended or printed something before it reached prefork.Hook (%s): call Hook first thing in main or TestMain", p.pid(), state)
}

// spawn starts a process with its pipes.
func spawn(program string, socket *os.File, fork func(*exec.Cmd) error) (*child, error) {
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
		Path:       program,
		Args:       os.Args[:1], // a program that acts by its name finds the name it was given
		Env:        append(os.Environ(), childVariable+"=1"),
		Stdin:      theirIn,
		Stdout:     theirOut,
		Stderr:     os.Stderr,
		ExtraFiles: []*os.File{socket}, // becomes listenerFile
	}
	if err := fork(cmd); err != nil {
		in.Close()
		out.Close()
		return nil, err
	}
	return &child{
		cmd: cmd, in: in, out: out, orders: json.NewEncoder(in), reports: json.NewDecoder(out), born: time.Now(),
	}, nil
}

func (p *child) pid() int { return p.cmd.Process.Pid }

// kill ends the process. It may have ended.
func (p *child) kill() { _ = p.cmd.Process.Kill() }

// attend takes the reports of the process until it ends, frees what it held,
// and says how it ended; nil if it has drained.
func (p *child) attend() error {
	for {
		var r report
		if err := p.reports.Decode(&r); err != nil {
			break
		}
		p.take(r)
	}
	p.kill() // it closed its output, or sent what is no report
	state := p.reap()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.answered()
	p.latest.Failed += uint64(p.latest.Active)
	p.latest.Active, p.latest.Starved = 0, 0
	switch {
	case p.said != nil:
		return fmt.Errorf("process %d: %w", p.pid(), p.said)
	case !p.cmd.ProcessState.Success():
		return fmt.Errorf("process %d ended: %s", p.pid(), state)
	}
	return nil
}

func (p *child) take(r report) {
	if r.Log != nil {
		r.Log.log(p.log, p.pid())
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Counts != nil {
		p.latest = *r.Counts
		p.answered()
	}
	if r.Error != "" {
		p.said = errors.New(r.Error)
	}
}

// answered tells who waits for counts that they are there. The caller holds
// the lock.
func (p *child) answered() {
	if p.asked != nil {
		close(p.asked)
		p.asked = nil
	}
}

// counts asks the process what it has counted.
func (p *child) counts() echo.Counts {
	p.mu.Lock()
	if p.ended {
		defer p.mu.Unlock()
		return p.latest
	}
	if p.asked == nil { // else a question is under way
		p.asked = make(chan struct{})
		p.tell(count)
	}
	asked := p.asked
	p.mu.Unlock()
	timer := time.NewTimer(countPatience)
	defer timer.Stop()
	select {
	case <-asked:
	case <-timer.C:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.latest
}

// drain tells the process to drain.
func (p *child) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell(drain)
}

// tell gives an order. A process that cannot be told anything has ended, and
// attend sees it. The caller holds the lock.
func (p *child) tell(o order) { _ = p.orders.Encode(o) }

// reap waits for the process, frees its pipes and says how it ended.
func (p *child) reap() string {
	err := p.cmd.Wait()
	p.in.Close()
	p.out.Close()
	if p.cmd.ProcessState == nil {
		return err.Error()
	}
	return p.cmd.ProcessState.String()
}
