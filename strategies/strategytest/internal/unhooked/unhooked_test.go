// Package unhooked uses the conformance kit as an author does who has read only
// the documentation of Run and Check: there is no TestMain, and no Hook.
package unhooked

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

// A pool of goroutines behind a semaphore, in which a panic ends the process.
type pool struct {
	places  chan struct{}
	mu      sync.Mutex
	changed *sync.Cond
	tasks   int // accepted or about to be
	closed  bool
}

type closedError struct{}

func (closedError) Error() string { return "the pool is closed" }

func open(limit int) (strategies.Pool, error) {
	p := &pool{places: make(chan struct{}, limit)}
	p.changed = sync.NewCond(&p.mu)
	return p, nil
}

func (p *pool) Go(task func()) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return closedError{}
	}
	p.tasks++
	p.mu.Unlock()
	p.places <- struct{}{}
	go func() {
		defer p.end()
		task()
	}()
	return nil
}

func (p *pool) end() {
	<-p.places
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tasks--
	p.changed.Broadcast()
}

func (p *pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for p.tasks > 0 {
		p.changed.Wait()
	}
	return nil
}

var (
	honest = &strategies.Strategy{Name: "honest", Open: open, Traits: strategies.Traits{
		Panic: strategies.PanicCrashes, Nested: strategies.NestedDeadlocks}}
	boasting = &strategies.Strategy{Name: "boasting", Open: open, Traits: strategies.Traits{
		Panic: strategies.PanicReturned, Nested: strategies.NestedDeadlocks}}
)

func TestRunProvesAPoolWhosePanicsCrash(t *testing.T) {
	t.Parallel()
	strategytest.Run(t, honest)
}

func TestRunInASubtestFindsItsWayBack(t *testing.T) {
	t.Parallel()
	for _, s := range []*strategies.Strategy{boasting, honest} {
		t.Run(s.Name+" pool/1", func(t *testing.T) {
			if s == honest {
				strategytest.Run(t, s)
			}
		})
	}
}

func TestExamineLeavesNothingUnprovedInATest(t *testing.T) {
	t.Parallel()
	report := strategytest.Examine(honest)
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	for _, v := range report.Verdicts {
		if v.Status == strategytest.NotProved {
			t.Errorf("%s: %s", v.Name, v.Reason)
		}
	}
}

func TestCheckSurvivesAPoolThatCrashesAgainstItsWord(t *testing.T) {
	t.Parallel()
	err := strategytest.Check(boasting)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`strategy "boasting", rule 5 (panic)`, "exit status 2", "panic: strategytest: this panic is deliberate"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "rule 8") {
		t.Errorf("a rule that holds is said to fail:\n%v", err)
	}
}

// boast makes TestBoast a test that fails.
const boast = "UNHOOKED_BOAST"

func TestBoast(t *testing.T) {
	if os.Getenv(boast) == "" {
		t.Skip("run by the test below")
	}
	strategytest.Run(t, boasting)
}

func TestRunFailsTheSubtestsOfTheRulesThatDoNotHold(t *testing.T) {
	t.Parallel()
	again := exec.Command(os.Args[0], "-test.run=^TestBoast$", "-test.v")
	again.Env = append(os.Environ(), boast+"=1")
	out, err := again.CombinedOutput()
	if err == nil {
		t.Error("the test passed")
	}
	for _, want := range []string{"--- FAIL: TestBoast/panic", "--- PASS: TestBoast/close", "--- PASS: TestBoast/nested", "--- SKIP: TestBoast/cancel"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}
