// Package fakes holds pools for the tests of what runs them: plain ones, and
// such as do what a test wants.
package fakes

import (
	"errors"
	"sync"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// Spawning starts a goroutine for each task.
type Spawning struct{ tasks sync.WaitGroup }

// Go starts the task.
func (p *Spawning) Go(task func()) error { p.tasks.Go(task); return nil }

// Close waits for all tasks.
func (p *Spawning) Close() error { p.tasks.Wait(); return nil }

// Inline runs each task in its caller.
type Inline struct {
	See    func(n int, task func()) error // called in place of a task, which n counts from 1; nil: runs it
	Closed func() error                   // called by Close, if set

	tasks int
}

// Go runs the task, or See.
func (p *Inline) Go(task func()) error {
	p.tasks++
	if p.See != nil {
		return p.See(p.tasks, task)
	}
	task()
	return nil
}

// Close calls Closed.
func (p *Inline) Close() error {
	if p.Closed != nil {
		return p.Closed()
	}
	return nil
}

// Crossing is a remote pool whose other process is this one.
type Crossing struct {
	Spoil func(remote.Result) remote.Result // changes every result, if set

	jobs sync.WaitGroup
}

// Submit runs the job in a goroutine.
func (p *Crossing) Submit(job remote.Job, done func(remote.Result, error)) error {
	p.jobs.Go(func() {
		result, err := work.JobKinds[0].Run(job.Args)
		if p.Spoil != nil {
			result = p.Spoil(result)
		}
		done(result, err)
	})
	return nil
}

// Close waits for all jobs.
func (p *Crossing) Close() error { p.jobs.Wait(); return nil }

// workers take tasks from one channel.
type workers struct {
	tasks chan func()
	all   sync.WaitGroup
}

func openWorkers(limit int) *workers {
	p := &workers{tasks: make(chan func())}
	for range limit {
		p.all.Go(func() {
			for task := range p.tasks {
				task()
			}
		})
	}
	return p
}

func (p *workers) Go(task func()) error { p.tasks <- task; return nil }
func (p *workers) Close() error         { close(p.tasks); p.all.Wait(); return nil }

// Declared declares a strategy whose pools open returns.
func Declared(name string, open func(limit int) (strategies.Pool, error)) *strategies.Strategy {
	return &strategies.Strategy{
		Name: name, Doc: "a pool for tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing", Open: open,
	}
}

// Mapping is an idiom that runs tasks in goroutines and yields in order what
// twist makes of their results.
func Mapping(name string, twist func(i int, result uint64) uint64) strategies.Idiom {
	return strategies.Idiom{
		Name: name, Doc: "a loop for tests",
		Map: func(_, n int, task func(int) (uint64, error), yield func(uint64)) error {
			results, errs := make([]uint64, n), make([]error, n)
			var all sync.WaitGroup
			for i := range n {
				all.Go(func() { results[i], errs[i] = task(i) })
			}
			all.Wait()
			for i, result := range results {
				yield(twist(i, result))
			}
			return errors.Join(errs...)
		},
	}
}

// Honest leaves a result as it is.
func Honest(_ int, result uint64) uint64 { return result }

// The strategies that do what they say.
var (
	Plain = Declared("goroutines", func(int) (strategies.Pool, error) { return new(Spawning), nil })
	Queue = func() *strategies.Strategy {
		s := Declared("queue", func(limit int) (strategies.Pool, error) { return openWorkers(limit), nil })
		s.Idioms = []strategies.Idiom{Mapping("slice", Honest)}
		return s
	}()
	Remote = func() *strategies.Strategy {
		s := Declared("crossing", nil)
		s.OpenRemote = func(int) (remote.Pool, error) { return new(Crossing), nil }
		return s
	}()
)
