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

	"github.com/poolbench/poolbench/bench/child"
)

// A Process is a child process that holds the sides of one group.
type Process struct {
	cmd      *exec.Cmd
	stdin    io.WriteCloser
	replies  chan replyOrError
	stderr   *child.Tail
	progress *os.File // says which side is at work; nil once the process is gone
	word     progress // what it said last
	patience time.Duration
	errs     []error       // why a side could not be opened
	closing  atomic.Bool   // it was asked to end, and may take its time
	exited   chan struct{} // closed when the process is gone
	exitErr  error         // how it ended; read after exited
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

// Self returns a command that runs this program again with other arguments.
func Self(args ...string) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program's own file to run it again: %w", err)
	}
	cmd := exec.Command(exe)
	// The name it was called by is kept: some programs are several in one.
	cmd.Args = append([]string{os.Args[0]}, args...)
	return cmd, nil
}

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
		cmd: cmd, progress: file, patience: patience,
		stderr:  &child.Tail{Most: 4096},
		replies: make(chan replyOrError, 1),
		exited:  make(chan struct{}),
	}
	cmd.Stderr = p.stderr
	// Grandchildren may hold the pipes open after the child is dead.
	cmd.WaitDelay = time.Second
	child.Group(cmd)
	if err := p.run(); err != nil {
		p.removeProgress()
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
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

// run starts the command and reads its replies in the background.
func (p *Process) run() error {
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	stdout, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	p.cmd.Stdout = theirs
	err = p.cmd.Start()
	theirs.Close()
	if err != nil {
		stdout.Close()
		return err
	}
	go p.read(stdout)
	go p.await(stdout)
	return nil
}

// read passes the replies on until there are no more.
func (p *Process) read(stdout *os.File) {
	defer close(p.replies)
	defer stdout.Close()
	decoder := json.NewDecoder(bufio.NewReader(stdout))
	for {
		var r replyOrError
		r.err = decoder.Decode(&r.reply)
		if r.err != nil {
			if r.err != io.EOF || !p.closing.Load() {
				// Whatever it is that speaks there, it is not to be waited for.
				child.Kill(p.cmd)
			}
			if r.err != io.EOF && !errors.Is(r.err, os.ErrClosed) {
				p.replies <- r
			}
			return
		}
		p.replies <- r
	}
}

// await waits for the process to end. Its grandchildren are ended with it, and
// one that got away and holds the pipe open is not waited for.
func (p *Process) await(stdout *os.File) {
	p.exitErr = p.cmd.Wait()
	child.KillRest(p.cmd)
	time.AfterFunc(p.cmd.WaitDelay, func() { stdout.Close() })
	close(p.exited)
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
		err = p.blame(fmt.Errorf("the process printed what is no reply: turns of %d sides, it has %d", len(rep.Turns), sides))
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
	if err := json.NewEncoder(p.stdin).Encode(req); err != nil {
		p.kill()
		return reply{}, p.blame(fmt.Errorf("the process ended early: %w (%w)", exitReason(p.exitErr), err))
	}
	last, since := progress{}, time.Now()
	check := time.NewTicker(min(p.patience/4, time.Second))
	defer check.Stop()
	for {
		select {
		case r, ok := <-p.replies:
			switch {
			case !ok:
				p.kill()
				return reply{}, p.blame(fmt.Errorf("the process died: %w", exitReason(p.exitErr)))
			case r.err != nil:
				p.kill()
				return reply{}, p.blame(fmt.Errorf("the process printed what is no reply: %w", r.err))
			}
			return r.reply, nil
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
		err = fmt.Errorf("%w; its last words:\n%s", err, said)
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
	p.stdin.Close()
	select {
	case <-p.exited:
		for range p.replies { // lets the reader go on to the end
		}
		err := p.exitErr
		if err != nil {
			err = p.blame(fmt.Errorf("the process did not end well: %w", err))
		}
		p.removeProgress()
		return err
	case <-time.After(p.patience):
		err := p.blame(fmt.Errorf("hung: not closed after %v, killed", p.patience))
		p.kill()
		return err
	}
}

// kill ends the process and its children, and waits until it is gone.
func (p *Process) kill() {
	select {
	case <-p.exited:
	default:
		child.Kill(p.cmd)
	}
	p.stdin.Close()
	for range p.replies { // lets the reader go on to the end
	}
	<-p.exited
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

func exitReason(err error) error {
	if err == nil {
		return errors.New("it exited by itself before it answered")
	}
	return err
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
