package processes

import (
	"bufio"
	"context"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
)

const (
	// startGrace is how long a started process may take to reach Hook.
	startGrace = 30 * time.Second

	// exitGrace is how long a worker may take to exit when its input ends.
	exitGrace = 5 * time.Second
)

// A process is a worker seen from the pool.
type process struct {
	*proc.Child
	answers *bufio.Reader

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

// start starts a worker and waits until it has reached Hook, for grace at most.
func start(grace time.Duration) (*process, error) {
	cmd, err := proc.Self()
	if err != nil {
		return nil, err
	}
	child, err := worker.Start(context.Background(), cmd, grace)
	if err != nil {
		return nil, err
	}
	return &process{Child: child, answers: bufio.NewReader(child.Out)}, nil
}

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
	if _, err := p.In.Write(p.frame); err != nil {
		p.Kill()
	}
	p.frame = worthKeeping(p.frame)
}

// receive waits for an answer. Its error means that no more will come.
func (p *process) receive() (outcome, []byte, error) {
	body, err := readBody(p.answers)
	if err != nil {
		return 0, nil, err
	}
	return parseAnswer(body)
}

// dismiss tells an idle worker to exit, and sees to it. The caller holds the
// pool's lock.
func (p *process) dismiss() {
	p.In.Close()
	if p.overdue == nil {
		p.overdue = time.AfterFunc(exitGrace, p.Kill)
	}
}
