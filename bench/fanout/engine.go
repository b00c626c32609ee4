package fanout

import (
	"fmt"
	"time"

	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
)

// An engine runs batches in one way. run returns when the last task is done,
// and how long it took until the last was handed over, 0 if that has no
// meaning.
type engine interface {
	run(b *batch) (submitted time.Duration, err error)
	Close() error

	// elsewhere says whether tasks run in other processes, and in which, as
	// far as they are known.
	elsewhere() (bool, []int)
}

// newEngine opens what runs the workload's batches: a strategy or, if that is
// nil, the bare loop.
func newEngine(s *strategies.Strategy, w workload.Fanout) (engine, error) {
	switch {
	case s == nil:
		return loop{}, nil
	case w.Pattern == workload.Native:
		for _, idiom := range s.Idioms {
			if idiom.Name == w.Idiom {
				return native{idiom: idiom, limit: w.Limit}, nil
			}
		}
		return nil, fmt.Errorf("strategy %s has no idiom %q", s.Name, w.Idiom)
	case s.OpenRemote != nil:
		return newRemote(s.OpenRemote, w)
	}
	open := s.Open
	if s.Traits.Full.Rejects() {
		open = insisting(open)
	}
	return newLocal(open, w)
}

// here is the part of an engine whose tasks run in this process.
type here struct{}

func (here) elsewhere() (bool, []int) { return false, nil }

// loop does the tasks one after the other with no pool at all.
type loop struct{ here }

func (loop) run(b *batch) (time.Duration, error) {
	for i := range b.records {
		r := &b.records[i]
		result, err := r.run()
		r.finish(result, err)
	}
	return 0, nil
}

func (loop) Close() error { return nil }

// native lets the library map the tasks in its own way.
type native struct {
	here
	idiom strategies.Idiom
	limit int
}

func (n native) run(b *batch) (time.Duration, error) {
	yielded := 0
	err := n.idiom.Map(n.limit, len(b.records),
		func(i int) (uint64, error) { return b.records[i].run() },
		func(result uint64) {
			if yielded < len(b.records) {
				b.records[yielded].finish(result, nil)
			}
			yielded++
		})
	if err == nil && yielded != len(b.records) {
		err = fmt.Errorf("%d results of %d tasks", yielded, len(b.records))
	}
	return 0, err
}

func (native) Close() error { return nil }
