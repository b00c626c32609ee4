package experiment

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/strategies/proc"
)

// host is the role of a process that holds sides.
var host = &proc.Role{Name: "host", Hook: "experiment.Host"}

// A Process is a child process that holds the sides of one group.
type Process struct {
	child    *proc.Child
	replies  chan replyOrError
	stderr   *proc.Tail
	progress *os.File // says which side is at work; nil once the process is gone
	word     progress // what it said last
	patience time.Duration
	errs     []error     // why a side could not be opened
	closing  atomic.Bool // it was asked to end, and may take its time
}

type replyOrError struct {
	reply reply
	err   error
}

// A SideError blames one side for the death of the process that held it.
type SideError struct {
	Side int // index in the group
	Err  error
}

func (e *SideError) Error() string { return e.Err.Error() }
func (e *SideError) Unwrap() error { return e.Err }

// Start runs cmd, which must end up in [Host], and opens the sides that spec
// describes to it. A process that has begun nothing new for as long as
// patience is killed with all its children, and so it is when ctx ends.
//
// Errors of single sides do not fail Start: Exchanges reports them.
func Start(ctx context.Context, cmd *exec.Cmd, spec any, patience time.Duration) (*Process, error) {
	words, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("describe the sides to a process: %w", err)
	}
	file, err := os.CreateTemp("", "poolbench-progress-")
	if err != nil {
		return nil, fmt.Errorf("make the file that says which side is at work: %w", err)
	}
	p := &Process{
		progress: file, patience: patience,
		stderr:  &proc.Tail{Most: 4096},
		replies: make(chan replyOrError, 1),
	}
	cmd.Stderr = p.stderr
	if p.child, err = host.Start(ctx, cmd, patience); err != nil {
		err = p.blame(err)
		p.removeProgress()
		return nil, err
	}
	go p.read()
	rep, err := p.ask(ctx, request{Open: &openRequest{Spec: words, Progress: file.Name()}})
	if err == nil && rep.Error != "" {
		err = errors.New(rep.Error)
	}
	if err != nil {
		p.kill()
		return nil, err
	}
	p.errs = asErrors(rep.Errors)
	return p, nil
}

// read passes the replies on until there are no more.
func (p *Process) read() {
	defer close(p.replies)
	decoder := json.NewDecoder(bufio.NewReader(p.child.Out))
	for {
		var r replyOrError
		r.err = decoder.Decode(&r.reply)
		if r.err != nil {
			if r.err != io.EOF || !p.closing.Load() {
				// What speaks there is not to be waited for.
				p.child.Kill()
			}
			if r.err != io.EOF {
				p.replies <- r
			}
			return
		}
		p.replies <- r
	}
}

// Opened returns for each side why it could not be opened, or nil.
func (p *Process) Opened() []error { return p.errs }

// Exchanges lets the sides take n turns each inside the process, as the
// function Exchanges does, in an order drawn from seed. err is a [SideError]
// when the process died or hung while a side was at work.
func (p *Process) Exchanges(ctx context.Context, n int, seed uint64) (turns [][]Turn, errs []error, err error) {
	rep, err := p.ask(ctx, request{Exchanges: &exchangesRequest{N: n, Seed: seed}})
	switch sides := len(p.errs); {
	case err == nil && rep.Error != "":
		p.kill()
		err = errors.New(rep.Error)
	case err == nil && (len(rep.Turns) != sides || len(rep.Errors) != sides):
		p.kill()
		err = p.blame(fmt.Errorf("protocol error: malformed reply: turns of %d sides, want %d", len(rep.Turns), sides))
	}
	if err != nil {
		return nil, nil, err
	}
	return rep.Turns, asErrors(rep.Errors), nil
}

// Side returns one side of the process, to take turns with sides of other
// processes. Its Close closes the process.
func (p *Process) Side(ctx context.Context, index int) Side {
	return remote{ctx, p, index}
}

type remote struct {
	ctx   context.Context
	p     *Process
	index int
}

func (r remote) Turn() (Turn, error) {
	rep, err := r.p.ask(r.ctx, request{Turn: &r.index})
	if err == nil && rep.Error != "" {
		err = errors.New(rep.Error)
	}
	return rep.Turn, err
}

func (r remote) Close() error { return r.p.Close() }

// ask sends one request and waits for its reply, as long as the process
// begins a new turn every now and then.
func (p *Process) ask(ctx context.Context, req request) (reply, error) {
	if err := json.NewEncoder(p.child.In).Encode(req); err != nil {
		p.kill()
		if ctx.Err() != nil {
			return reply{}, ctx.Err()
		}
		return reply{}, p.blame(fmt.Errorf("the process ended early (%s): %w", p.child.State(), err))
	}
	last, since := progress{}, time.Now()
	check := time.NewTicker(min(p.patience/4, time.Second))
	defer check.Stop()
	for {
		select {
		case r, ok := <-p.replies:
			if ok && r.err == nil {
				return r.reply, nil
			}
			p.kill()
			switch {
			case ctx.Err() != nil:
				return reply{}, ctx.Err()
			case ok:
				return reply{}, p.blame(fmt.Errorf("protocol error: malformed reply: %w", r.err))
			}
			return reply{}, p.blame(fmt.Errorf("the process died: %s", p.child.State()))
		case <-ctx.Done():
			p.kill()
			return reply{}, ctx.Err()
		case <-check.C:
			if p.look() != last {
				last, since = p.word, time.Now()
			} else if time.Since(since) > p.patience {
				err := p.blame(fmt.Errorf("hung: no end of a turn in %v, killed", p.patience))
				p.kill()
				return reply{}, err
			}
		}
	}
}

// blame adds to err which side was at work and what the process said last.
func (p *Process) blame(err error) error {
	if said := p.stderr.String(); said != "" {
		err = fmt.Errorf("%w; its last output:\n%s", err, said)
	}
	if p.look().Turn > 0 {
		return &SideError{Side: int(p.word.Side), Err: err}
	}
	return err
}

// Close lets the process close its sides and end, and waits for that. It does
// nothing when the process is gone.
func (p *Process) Close() error {
	if p.progress == nil {
		return nil
	}
	p.closing.Store(true)
	p.child.In.Close()
	select {
	case <-p.child.Done():
		err := p.child.Wait()
		if err != nil {
			err = p.blame(fmt.Errorf("the process failed when it was closed: %w", err))
		}
		p.free()
		return err
	case <-time.After(p.patience):
		err := p.blame(fmt.Errorf("hung: not closed after %v, killed", p.patience))
		p.kill()
		return err
	}
}

// kill ends the process and its children, and waits until it is gone.
func (p *Process) kill() {
	p.child.Kill()
	p.free()
}

// free waits until the process is gone and frees what it held.
func (p *Process) free() {
	for range p.replies { // lets the reader go on to the end
	}
	p.child.Close()
	p.removeProgress()
}

// look reads which side is at work.
func (p *Process) look() progress {
	if p.progress != nil {
		p.word = readProgress(p.progress)
	}
	return p.word
}

// removeProgress removes the file and remembers its last word.
func (p *Process) removeProgress() {
	if p.progress == nil {
		return
	}
	p.look()
	p.progress.Close()
	// A file that cannot be removed holds a few bytes of the temporary folder.
	_ = os.Remove(p.progress.Name())
	p.progress = nil
}

func asErrors(texts []string) []error {
	errs := make([]error, len(texts))
	for i, text := range texts {
		if text != "" {
			errs[i] = errors.New(text)
		}
	}
	return errs
}
