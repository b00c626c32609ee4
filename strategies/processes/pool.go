package processes

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/poolbench/poolbench/strategies"
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
	job  strategies.Job
	done func(strategies.Result, error)
}

// A pool has limit places, each with a worker process and a goroutine that
// reads its answers and replaces it when it dies.
type pool struct {
	jobs   sync.WaitGroup // accepted jobs whose done has not returned
	places sync.WaitGroup // the goroutines

	mu      sync.Mutex // guards the rest, and what the processes say it guards
	alive   map[*process]bool
	idle    []*process // without a job, the last to become so last
	waiting queue      // without a worker
	staffed int        // places that are not given up
	failure error      // why a place was given up
	closed  bool       // no job is accepted any more
	ending  bool       // nor will one be run: workers shall exit
}

// Open starts a pool of limit worker processes and returns when all of them
// are ready. The program must have called [Hook].
//
// What it returns is also a [strategies.ProcessOwner].
func Open(limit int) (strategies.RemotePool, error) {
	if hooked.Load() == nil {
		return nil, ErrNoHook
	}
	if limit < 1 {
		return nil, fmt.Errorf("open a pool of %d processes: the limit must be at least 1", limit)
	}
	workers, err := startAll(limit)
	if err != nil {
		return nil, fmt.Errorf("open a pool of %d processes: %w", limit, err)
	}
	p := &pool{alive: make(map[*process]bool, limit), staffed: limit}
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

// startAll starts n workers side by side, all of them or none.
func startAll(n int) ([]*process, error) {
	workers, errs := make([]*process, n), make([]error, n)
	var starting sync.WaitGroup
	starting.Add(n)
	for i := range n {
		go func() {
			defer starting.Done()
			workers[i], errs[i] = start(startGrace)
		}()
	}
	starting.Wait()
	err := errors.Join(errs...)
	if err == nil {
		return workers, nil
	}
	for _, w := range workers {
		if w != nil {
			w.Close()
		}
	}
	return nil, err
}

// Submit hands over a job of a kind that Hook was given. It never waits for a
// worker: a job that finds none idle is queued, without bound. The arguments
// must not be changed until done is called, and done must not block, because
// the worker's next answer waits for it.
func (p *pool) Submit(job strategies.Job, done func(strategies.Result, error)) error {
	if _, known := (*hooked.Load())[job.Kind]; !known {
		return fmt.Errorf("submit a job of kind %q: give that kind to processes.Hook", job.Kind)
	}
	if most := largestFrame - 1 - len(job.Kind); len(job.Args) > most {
		return fmt.Errorf("submit a job of kind %q with %d bytes of arguments: at most %d fit into a frame, pass the name of a file instead", job.Kind, len(job.Args), most)
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return fmt.Errorf("submit a job of kind %q: %w", job.Kind, ErrClosed)
	}
	if p.staffed == 0 {
		defer p.mu.Unlock()
		return fmt.Errorf("submit a job of kind %q: the pool has no workers left: %w", job.Kind, p.failure)
	}
	p.jobs.Add(1)
	c := call{job, done}
	if len(p.idle) == 0 {
		p.waiting.push(c)
		p.mu.Unlock()
		return nil
	}
	w := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	w.take(c)
	p.mu.Unlock()
	w.send(job)
	return nil
}

// Close waits for the done of every accepted job, then for every worker to
// exit. The error says why workers that died could not be replaced, if there
// were such. It must not be called from a done, for which it would wait.
func (p *pool) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.jobs.Wait()
	p.mu.Lock()
	p.ending = true
	for w := range p.alive {
		w.dismiss()
	}
	p.mu.Unlock()
	p.places.Wait()
	return p.failure
}

// PIDs returns the process numbers of the workers there are now.
func (p *pool) PIDs() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	pids := make([]int, 0, len(p.alive))
	for w := range p.alive {
		pids = append(pids, w.PID())
	}
	slices.Sort(pids)
	return pids
}
