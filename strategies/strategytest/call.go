package strategytest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// A callID says which examination a child process is for. The strategy's name
// alone does not: several may be examined under the same name.
type callID struct {
	Hooked   int    // the place of the declared strategy in the lists of Hook, from 1; 0: Hook does not know it
	Strategy string // the name of the strategy, or of its variant

	// Without Hook, the child reaches the call by running the same test.
	Traits string
	Nth    int // which of the test's examinations of such a strategy, from 1
}

// A caller is the test that calls the kit, if any.
type caller struct {
	test string // its name; "": there is none
	run  any    // tells one run of the test from another, as with -count
}

// byTesting is the caller that has a testing.T.
func byTesting(t *testing.T) caller { return caller{t.Name(), t} }

// A callKey is a callID without its number.
type callKey struct {
	run              any
	strategy, traits string
}

// calls counts the examinations of each key, so that parent and child arrive at
// the same number.
var calls = struct {
	sync.Mutex
	count, open map[callKey]int
}{count: make(map[callKey]int), open: make(map[callKey]int)}

// identify returns the identity of an examination of s, which is declared or a
// variant of declared. end must be called when it is over. The error says that
// a child process could not tell it from another that is under way.
func (by caller) identify(s, declared *strategies.Strategy) (id callID, end func(), err error) {
	id = callID{Hooked: 1 + slices.Index(hooked, declared), Strategy: s.Name}
	if id.Hooked > 0 || by.test == "" {
		return id, func() {}, nil
	}
	id.Traits = fmt.Sprintf("%+v", s.Traits)
	key := callKey{by.run, id.Strategy, id.Traits}
	calls.Lock()
	defer calls.Unlock()
	calls.count[key]++
	calls.open[key]++
	id.Nth = calls.count[key]
	if calls.open[key] > 1 {
		err = fmt.Errorf("%s examines two strategies of the same name and traits at the same time, which a child process cannot tell apart: give each a name of its own, or examine one after the other", by.test)
	}
	return id, sync.OnceFunc(func() {
		calls.Lock()
		defer calls.Unlock()
		calls.open[key]--
	}), err
}
