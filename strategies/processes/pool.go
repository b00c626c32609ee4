package processes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/remote"
)

var (
	// ErrNoHook is returned by Open when this program cannot start workers.
	ErrNoHook = errors.New("worker processes need processes.Hook: call it first thing in main or TestMain, with the kinds of job there are")

	// ErrWorkerDied is wrapped by the error of a job whose worker ended before
	// it answered: how far the job came is unknown.
	ErrWorkerDied = errors.New("the worker process died")

	// ErrClosed is returned by Submit after Close.
	ErrClosed = errors.New("the pool of processes is closed")
)

// A call is an accepted job.
type call struct {
	job  remote.Job
	done func(remote.Result, error)
}

// A pool has limit places, each with a worker process and a goroutine that
// reads its answers and replaces it when it dies.
type pool struct {
	where  proc.Surroundings // of every worker
	log    *slog.Logger
	jobs   sync.WaitGroup // accepted jobs whose done has not returned
	places sync.WaitGroup // the goroutines

	open   context.Context // ended, under the lock, when no job is accepted any more
	close  context.CancelFunc
	needed context.Context // ended, under the lock, when workers shall exit
	end    context.CancelFunc

	mu      sync.Mutex // guards the rest, and what the processes say it guards
	alive   map[*process]bool
	idle    []*process // without a job, the last to become so last
	waiting queue      // without a worker
	staffed int        // places that are not given up
	failure error      // why a place was given up
}

// Open starts a pool of limit worker processes and returns when all of them
// are ready. The program must have called [Hook]. Every worker, also one that
// replaces another later, has the working directory, the environment and the
// umask that this process has now.
//
// What it returns is also a [remote.ProcessOwner] and a [Stopper].
func Open(limit int) (remote.Pool, error) {
	if !worker.Claimed() {
		return nil, ErrNoHook
	}
	if limit < 1 {
		return nil, fmt.Errorf("open a pool of %d processes: the limit must be at least 1", limit)
	}
	where := proc.Here()
	workers, err := startAll(where, limit)
	if err != nil {
		return nil, fmt.Errorf("open a pool of %d processes: %w", limit, err)
	}
	p := &pool{where: where, log: slog.Default(), alive: make(map[*process]bool, limit), staffed: limit}
	p.open, p.close = context.WithCancel(context.Background())
	p.needed, p.end = context.WithCancel(context.Background())
	for _, w := range workers {
		p.admit(w)
		p.places.Add(1)
		go func() {
			defer p.places.Done()
			p.keep(w)
		}()
	}
	return p, nil
}

// sideBySide is how many workers Open starts at once. More would take longer.
const sideBySide = 64

// startAll starts n workers, all of them or none: the first that fails ends the
// attempt.
func startAll(where proc.Surroundings, n int) ([]*process, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	workers := make([]*process, n)
	var starting sync.WaitGroup
	free := make(chan struct{}, sideBySide)
	for i := range workers {
		free <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		starting.Add(1)
		go func() {
			defer starting.Done()
			defer func() { <-free }()
			w, err := start(ctx, where, startGrace)
			if workers[i] = w; err != nil {
				cancel(err) // the first counts
			}
		}()
	}
	starting.Wait()
	if ctx.Err() == nil {
		return workers, nil
	}
	workers = slices.DeleteFunc(workers, func(w *process) bool { return w == nil })
	for _, w := range workers {
		w.Close()
	}
	return nil, fmt.Errorf("after %d had started: %w", len(workers), context.Cause(ctx))
}

// Submit hands over a job of a kind that Hook was given. It returns at once: a job
// that finds no idle worker is queued, without bound. The arguments must not be
// changed until done is called. done runs in a goroutine of its own.
func (p *pool) Submit(job remote.Job, done func(remote.Result, error)) error {
	if _, known := (*hooked.Load())[job.Kind]; !known {
		return fmt.Errorf("submit a job of kind %q: give that kind to processes.Hook", job.Kind)
	}
	if most := largestFrame - requestOverhead(job.Kind); len(job.Args) > most {
		return fmt.Errorf("submit a job of kind %q with %d bytes of arguments: at most %d fit into a frame, pass the name of a file instead", job.Kind, len(job.Args), most)
	}
	if done == nil {
		return fmt.Errorf("submit a job of kind %q: done is nil, give a func that takes the result", job.Kind)
	}
	p.mu.Lock()
	if p.open.Err() != nil {
		p.mu.Unlock()
		return fmt.Errorf("submit a job of kind %q: %w", job.Kind, ErrClosed)
	}
	p.jobs.Add(1)
	c := call{job, done}
	if len(p.idle) == 0 {
		p.waiting = append(p.waiting, c)
		p.mu.Unlock()
		return nil
	}
	w := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	number := w.take(c)
	p.mu.Unlock()
	w.send(number, job)
	return nil
}

// A Stopper is a pool that can be closed in bounded time.
type Stopper interface {
	// Shutdown closes the pool as Close does, and kills workers that have not ended
	// when ctx does. Jobs that they had or that still waited are reported with an
	// error, and Shutdown returns the cause without waiting for their done.
	Shutdown(ctx context.Context) error
}

// Close waits for the done of every accepted job, then for every worker to
// exit. The error says why workers that died could not be replaced, if that cost
// jobs. It must not be called from a done, for which it would wait. It waits for a
// job as long as that runs; Shutdown does not.
func (p *pool) Close() error { return p.Shutdown(context.Background()) }

func (p *pool) Shutdown(ctx context.Context) error {
	p.mu.Lock()
	p.close()
	p.mu.Unlock()
	reported := make(chan struct{})
	go func() {
		defer close(reported)
		p.jobs.Wait()
	}()
	select {
	case <-reported:
		p.stop((*process).dismiss)
	case <-ctx.Done():
		p.kill()
		err := fmt.Errorf("the pool was shut down: %w", context.Cause(ctx))
		p.dropWaiting(err)
		p.places.Wait()
		return err
	}
	unbind := context.AfterFunc(ctx, p.kill)
	defer unbind()
	p.places.Wait()
	return p.failure
}

// kill ends every worker at once.
func (p *pool) kill() { p.stop(func(w *process) { w.Kill() }) }

// stop ends every worker in that way, and what is being started.
func (p *pool) stop(end func(*process)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
	for w := range p.alive {
		end(w)
	}
}

// PIDs returns the process numbers of the workers there are now.
func (p *pool) PIDs() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return proc.PIDs(p.alive)
}

// A queue holds the jobs that no worker has yet, first in first out. They are
// appended; what append moves to new memory are those that still wait.
type queue []call

func (q *queue) pop() (c call, ok bool) {
	if len(*q) == 0 {
		return call{}, false
	}
	c = (*q)[0]
	(*q)[0] = call{} // free what it holds
	*q = (*q)[1:]
	return c, true
}
