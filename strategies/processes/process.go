package processes

import (
	"bufio"
	"context"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/remote"
)

// startGrace is how long a started process may take to reach Hook.
const startGrace = 30 * time.Second

// exitGrace is how long a worker may take to exit when its input ends.
var exitGrace = 5 * time.Second // tests have a longer one

// A process is a worker seen from the pool.
type process struct {
	*proc.Child
	answers *bufio.Reader

	// A request can be answered and followed by the next before the goroutine
	// that wrote it gets to run again, so sending has a lock.
	sending sync.Mutex
	frame   []byte // of the last request, for its memory

	// Guarded by the pool's lock.
	call    call        // the job it has, or none
	number  uint32      // of its last job
	overdue *time.Timer // kills it when it does not exit in time
}

// start starts a worker and waits until it has reached Hook, for grace at most or
// until ctx ends.
func start(ctx context.Context, where proc.Surroundings, grace time.Duration) (*process, error) {
	cmd, err := where.Self()
	if err != nil {
		return nil, err
	}
	child, err := worker.Start(ctx, cmd, grace)
	if err != nil {
		return nil, err
	}
	return &process{Child: child, answers: bufio.NewReader(child.Out)}, nil
}

// take notes the job that the worker is about to be sent. The caller holds the
// pool's lock.
func (p *process) take(c call) (number uint32) {
	p.call = c
	p.number++
	return p.number
}

// drop takes the worker's job back, if it has one. The caller holds the pool's
// lock.
func (p *process) drop() (c call) {
	c, p.call = p.call, call{}
	return c
}

// send hands the worker a job without waiting: what its pipe does not take at
// once, a goroutine writes. A worker that does not take it is killed, and then
// its answers end.
func (p *process) send(number uint32, job remote.Job) {
	if !p.sending.TryLock() {
		go func() {
			p.sending.Lock()
			p.sendLocked(number, job)
		}()
		return
	}
	p.sendLocked(number, job)
}

// sendLocked unlocks what the caller has locked.
func (p *process) sendLocked(number uint32, job remote.Job) {
	p.frame = appendRequestHead(p.frame[:0], number, job.Kind, len(job.Args))
	args := job.Args
	if len(args) <= firstRead { // more is not copied
		p.frame, args = append(p.frame, args...), nil
	}
	n, err := p.WriteNow(p.frame)
	if err == nil && n == len(p.frame) && len(args) == 0 {
		p.frame = worthKeeping(p.frame)
		p.sending.Unlock()
		return
	}
	go func() {
		defer p.sending.Unlock()
		if err == nil {
			_, err = p.In.Write(p.frame[n:])
		}
		if err == nil {
			_, err = p.In.Write(args)
		}
		if err != nil {
			p.Kill()
		}
		p.frame = worthKeeping(p.frame)
	}()
}

// receive waits for an answer. Its error means that no more will come.
func (p *process) receive() (number uint32, what outcome, payload []byte, err error) {
	body, err := readBody(p.answers)
	if err != nil {
		return 0, 0, nil, err
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
