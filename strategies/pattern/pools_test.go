package pattern_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/internal/leaktest"
	"github.com/poolbench/poolbench/strategies/remote"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// The pools of these tests: each keeps the contract, and is odd in one way that
// a pattern might wrongly rely on.
var (
	_ strategies.Pool = inline{}
	_ strategies.Pool = (*spawning)(nil)
	_ strategies.Pool = (*postponing)(nil)
	_ strategies.Pool = (*refusing)(nil)
	_ remote.Pool     = submitting(nil)
)

// inline runs a task in the goroutine that submits it, and costs nothing.
type inline struct{}

func (inline) Go(task func()) error { task(); return nil }
func (inline) Close() error         { return nil }

// spawning runs each task in a goroutine of its own and swallows panics.
type spawning struct{ running sync.WaitGroup }

func (p *spawning) Go(task func()) error {
	p.running.Add(1)
	go func() {
		defer p.running.Done()
		defer func() { _ = recover() }()
		task()
	}()
	return nil
}

func (p *spawning) Close() error { p.running.Wait(); return nil }

// postponing starts no task before Close, and then the last one first.
type postponing struct{ accepted []func() }

func (p *postponing) Go(task func()) error {
	p.accepted = append(p.accepted, task)
	return nil
}

func (p *postponing) Close() error {
	for i := len(p.accepted) - 1; i >= 0; i-- {
		p.accepted[i]()
	}
	p.accepted = nil
	return nil
}

var errRefused = errors.New("the pool is full")

// refusing accepts that many tasks and no more.
type refusing struct {
	strategies.Pool
	accepts int
}

func (p *refusing) Go(task func()) error {
	if p.accepts == 0 {
		return errRefused
	}
	p.accepts--
	return p.Pool.Go(task)
}

// submitting is a remote pool that is its own Submit.
type submitting func(job remote.Job, done func(remote.Result, error)) error

func (p submitting) Submit(job remote.Job, done func(remote.Result, error)) error {
	return p(job, done)
}

func (p submitting) Close() error { return nil }
