package proc

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// heldOpen is how long Wait goes on copying what a process printed after its
// end, when a process that left its group holds the pipe open.
const heldOpen = time.Second

// ErrStateLost is what Wait returns of a process that has ended and whose exit
// state another part of the program has collected, which waits for any child.
var ErrStateLost = errors.New("it ended, and its exit status is unknown because another part of this program waited for it")

// A Process is a child process that was started, running or not. Its methods
// may be called concurrently.
type Process struct {
	cmd  *exec.Cmd
	pid  int // which the command forgets when the exit state is lost
	done chan struct{}
	err  error // what Wait returns; set before done is closed

	mu     sync.Mutex
	ended  bool // its number may be another's: no more signals
	killed bool // by Kill
}

// Start starts cmd in a process group of its own. When ctx ends, the process is
// killed with its group; cmd itself should come from exec.Command.
//
// ends are this program's ends of pipes to the process. After its end a write
// to them fails, and [Output] finds their end, whichever other process holds
// the pipe open.
func Start(ctx context.Context, cmd *exec.Cmd, ends ...*os.File) (*Process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	lead(cmd.SysProcAttr)
	if cmd.WaitDelay == 0 {
		cmd.WaitDelay = heldOpen
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd, pid: cmd.Process.Pid, done: make(chan struct{})}
	go p.watch(context.AfterFunc(ctx, p.Kill), ends)
	return p, nil
}

// Run starts cmd as Start does and waits for its end.
func Run(ctx context.Context, cmd *exec.Cmd) error {
	p, err := Start(ctx, cmd)
	if err != nil {
		return err
	}
	return p.Wait()
}

// watch waits for the end of the process and collects its exit state.
func (p *Process) watch(unbind func() bool, ends []*os.File) {
	if awaitEnd(p.pid) { // and its number stays its own until Wait
		p.endRest(ends)
	}
	p.err = p.cmd.Wait()
	p.endRest(ends)
	unbind()
	switch {
	case p.cmd.ProcessState == nil:
		p.err = errors.Join(ErrStateLost, p.cmd.Process.Release())
	case errors.Is(p.err, exec.ErrWaitDelay):
		p.err = nil // that others hold its output open is no failure of the process
	}
	close(p.done)
}

// endRest ends what a process that has ended left in its group, and all waiting
// for its ends of pipes, unless that was done.
func (p *Process) endRest(ends []*os.File) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.ended = true
	killRest(p.cmd.Process)
	for _, end := range ends {
		// What has no deadlines is not held open by others either.
		_ = end.SetDeadline(time.Unix(1, 0))
	}
}

// PID returns the process number.
func (p *Process) PID() int { return p.pid }

// Done is closed when the process and its group have ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the end of the process. The error is that of exec.Cmd.Wait, or
// [ErrStateLost].
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// State waits for the end of the process and describes it: "exit status 3",
// "signal: killed".
func (p *Process) State() string {
	if <-p.done; p.cmd.ProcessState == nil {
		return p.err.Error()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if state := p.cmd.ProcessState.String(); state != "signal: killed" || p.killed {
		return state
	}
	return "signal: killed, and not by this program: the system may be out of memory"
}

// ProcessState waits for the end of the process and returns what the system says
// of it, or nil when that is lost.
func (p *Process) ProcessState() *os.ProcessState {
	<-p.done
	return p.cmd.ProcessState
}

// Signal sends a signal to the process alone. It returns os.ErrProcessDone when
// that has ended.
func (p *Process) Signal(s os.Signal) error {
	return p.send(func(leader *os.Process) error { return leader.Signal(s) })
}

// Kill ends the process and its group, if they have not ended. It does not wait
// for the end.
func (p *Process) Kill() {
	_ = p.send(func(leader *os.Process) error {
		p.killed = true
		return killGroup(leader)
	})
}

// Stop halts the process and its group; see CanStop.
func (p *Process) Stop() error { return p.send(stopGroup) }

// Continue lets go on what was stopped.
func (p *Process) Continue() error { return p.send(continueGroup) }

func (p *Process) send(signal func(*os.Process) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return os.ErrProcessDone
	}
	return signal(p.cmd.Process)
}

// Output returns a reader of what a process writes to a pipe whose end file was
// given to Start. Once the process has ended, it reads what is in the pipe and
// then io.EOF. It is for one goroutine.
func Output(file *os.File) io.Reader { return &output{file: file} }

type output struct {
	file *os.File
	rest bool // the process has ended
}

func (o *output) Read(b []byte) (int, error) {
	if !o.rest {
		n, err := o.file.Read(b)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		// All that the process wrote is in the pipe. What another process may still
		// write is not waited for.
		o.rest = true
		if err := o.file.SetReadDeadline(time.Time{}); err != nil {
			return 0, err
		}
	}
	return readNow(o.file, b)
}
