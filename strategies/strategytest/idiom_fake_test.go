package strategytest

import (
	"errors"
	"sync"

	"github.com/poolbench/poolbench/strategies"
)

// An idiomFault is something wrong with a fake idiom.
type idiomFault int

const (
	idiomSound      idiomFault = iota
	drops                      // one result in 50 is not yielded
	yieldsAtOnce               // yield is called concurrently
	ignoresLimit               // one task more than the limit runs
	returnsEarly               // Map returns at the first error
	swallowsError              // the last of several errors is lost
	stopsAfterLimit            // no fault: limit tasks start after the first error
	stopsLate                  // where several run, one task more than limit starts after the first error
	stopsNever                 // all tasks start after an error, although it says none does
	forgetsLast                // the last task does not start after an error
	waitsForGiven              // Map waits for tasks that did not start because of an error
)

// fakeIdiom maps as its declaration says, or has a fault.
func fakeIdiom(name string, declared strategies.Idiom, f idiomFault) strategies.Idiom {
	return idiomThatDoes(name, declared, declared, f)
}

// idiomThatDoes declares one thing and does another.
func idiomThatDoes(name string, declared, does strategies.Idiom, f idiomFault) strategies.Idiom {
	declared.Name, declared.Doc = name, "a fake"
	declared.Map = func(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
		return (&mapping{Idiom: does, fault: f, yield: yield, results: make(map[int]uint64)}).run(limit, n, task)
	}
	return declared
}

// A mapping is one call of Map.
type mapping struct {
	strategies.Idiom
	fault idiomFault
	yield func(uint64)

	mu      sync.Mutex
	results map[int]uint64 // by index, if they come in order
	came    []uint64       // as they came
	next    int            // the index to yield next
	errs    []error
}

func (m *mapping) run(limit, n int, task func(int) (uint64, error)) error {
	if m.fault == ignoresLimit {
		limit++
	}
	racing := map[idiomFault]int{stopsAfterLimit: limit, stopsLate: limit + min(1, limit-1), stopsNever: n}[m.fault]
	places := make(chan struct{}, limit)
	failed := make(chan struct{}, n)
	var wg group
	for i := range n {
		places <- struct{}{}
		if m.fails() && (!m.Continues || m.fault == forgetsLast && i == n-1) {
			if racing--; racing < 0 {
				if m.fault == waitsForGiven {
					wg.Add(1)
				}
				break
			}
		}
		wg.Go(func() {
			result, err := task(i)
			m.take(i, result, err)
			if err != nil {
				failed <- struct{}{}
			}
			<-places
		})
	}
	ended := make(chan struct{})
	go func() { wg.Wait(); close(ended) }()
	if m.fault == returnsEarly {
		select {
		case <-failed:
			return m.err()
		case <-ended:
		}
	}
	<-ended
	if !m.Streams {
		m.flush(n)
	}
	return m.err()
}

// fails reports whether a task has failed.
func (m *mapping) fails() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.errs) > 0
}

// take notes a result, and yields what can be yielded if the idiom streams.
func (m *mapping) take(i int, result uint64, err error) {
	if m.fault == yieldsAtOnce && err == nil {
		m.yield(result)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.errs = append(m.errs, err)
		return
	}
	if m.fault == drops && i%50 == 49 {
		return
	}
	if m.Unordered {
		if m.came = append(m.came, result); m.Streams {
			m.yield(result)
		}
		return
	}
	m.results[i] = result
	for m.Streams {
		next, ok := m.results[m.next]
		if !ok {
			return
		}
		m.yield(next)
		m.next++
	}
}

// flush yields everything.
func (m *mapping) flush(n int) {
	for _, result := range m.came {
		m.yield(result)
	}
	for i := range n {
		if result, ok := m.results[i]; ok {
			m.yield(result)
		}
	}
}

func (m *mapping) err() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	errs := m.errs
	switch {
	case m.Errors == strategies.ErrorsNone || len(errs) == 0:
		return nil
	case m.Errors == strategies.ErrorsFirst:
		return errs[0]
	case m.fault == swallowsError:
		return errors.Join(errs[:len(errs)-1]...)
	}
	return errors.Join(errs...)
}
