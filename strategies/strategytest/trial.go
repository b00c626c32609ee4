package strategytest

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// A trial proves one rule for one strategy. The rule says what it is doing, step
// by step, and a watchdog ends the trial when a step takes too long.
type trial struct {
	strategy *strategies.Strategy
	traits   strategies.Traits
	rule     Rule
	offers   strategies.Offers
	timing

	before map[uint64]bool // the goroutines there were when the trial began

	mu       sync.Mutex
	step     string
	since    time.Time
	gates    []*gate
	poolRuns []*poolRun
}

// remote reports whether the strategy runs jobs in other processes.
func (tr *trial) remote() bool { return tr.strategy.OpenRemote != nil }

// A failure is a rule that does not hold.
type failure struct {
	did, expected, observed string
	hang                    bool   // the watchdog ended the trial
	about                   string // the rule that says so; "": the one that is proved
}

func (f *failure) Error() string {
	return fmt.Sprintf("%s: expected %s; observed %s", f.did, f.expected, f.observed)
}

// doing names the step that begins, for the watchdog and for failures.
func (tr *trial) doing(format string, args ...any) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.step, tr.since = fmt.Sprintf(format, args...), time.Now()
}

// progresses tells the watchdog that the step goes on.
func (tr *trial) progresses() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.since = time.Now()
}

// fail returns the failure of the step under way.
func (tr *trial) fail(expected, observed string, args ...any) error {
	return tr.failAs("", expected, observed, args...)
}

// failAs is fail for what another rule says: if that fails as well, this
// failure follows from it.
func (tr *trial) failAs(rule, expected, observed string, args ...any) error {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return &failure{did: tr.step, expected: expected, observed: fmt.Sprintf(observed, args...), about: rule}
}

// because appends to what is expected which trait says so.
func because(expected, trait string, declared fmt.Stringer) string {
	return fmt.Sprintf("%s (Traits.%s: %s)", expected, trait, declared)
}

// run proves the rule. The error is a *failure.
func (tr *trial) run() error {
	tr.before = ids()
	tr.doing("beginning")
	proof := async(func() error { return tr.rule.prove(tr) })
	begin, tick := time.Now(), time.NewTicker(tr.Hang/20)
	defer tick.Stop()
	for {
		select {
		case <-proof.done:
			tr.cleanUp()
			switch o := proof.outcome; {
			case o.panicked != nil:
				return tr.fail("no panic", "the panic %v\n%s", o.panicked, debug.Stack())
			case o.exited:
				return tr.fail("no runtime.Goexit", "the proof's goroutine was ended by it")
			case o.err != nil:
				if f, ok := o.err.(*failure); ok && f.about == "" {
					f.about = tr.brokenContract()
				}
				return o.err
			}
			return tr.breach()
		case now := <-tick.C:
			tr.mu.Lock()
			step, since := tr.step, tr.since
			tr.mu.Unlock()
			if now.Sub(since) > tr.Hang || now.Sub(begin) > tr.longest() {
				left := tr.stuck()
				tr.openGates()
				return &failure{
					did: step, expected: "an end",
					observed: fmt.Sprintf("a hang: nothing for %v. The goroutines that hang:\n%s", now.Sub(since).Round(time.Millisecond), left),
					hang:     true, about: tr.ruleOfHang(),
				}
			}
		}
	}
}

// ruleOfHang returns the rule that says that what hangs must not: that a
// submit returns while the pool is open, and that Close does.
func (tr *trial) ruleOfHang() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for _, pr := range tr.poolRuns {
		if pr.closing.Load() > 0 {
			return "close"
		}
	}
	for _, pr := range tr.poolRuns {
		if pr.submitting.Load() > 0 {
			return "exactly-once"
		}
	}
	return ""
}

// brokenContract returns the rule of something wrong that the remote pools of
// the trial did besides, or "".
func (tr *trial) brokenContract() string {
	for _, pr := range tr.poolRuns {
		if remote, ok := pr.pool.(*remotePool); ok && remote.broken() != "" {
			return remote.broken()
		}
	}
	return ""
}

// breach returns what the remote pools of the trial did wrong under its rule.
func (tr *trial) breach() error {
	for _, pr := range tr.poolRuns {
		if remote, ok := pr.pool.(*remotePool); ok {
			if b := remote.breachOf(tr.rule.Name); b != nil {
				tr.doing("running jobs")
				return tr.fail(b.expected, "%s", b.observed)
			}
		}
	}
	return nil
}

// stuck describes the goroutines that were not there when the trial began.
func (tr *trial) stuck() string { return excerpt(tr.before) }

// longest is how long a whole trial may take: no rule needs more than a few
// steps of any length, or more than a few purge intervals.
func (tr *trial) longest() time.Duration { return 5*tr.Hang + 10*tr.traits.Purge }

// cleanUp ends what a rule left behind when it failed half-way. What does not
// end now is left to its fate.
func (tr *trial) cleanUp() {
	tr.openGates()
	tr.mu.Lock()
	poolRuns := tr.poolRuns
	tr.mu.Unlock()
	var closing []*pending
	for _, pr := range poolRuns {
		if !pr.closed.Load() {
			closing = append(closing, async(pr.shut))
		}
	}
	holds(tr.Prompt, func() bool {
		for _, p := range closing {
			if !p.returned() {
				return false
			}
		}
		return true
	})
}

// thrice proves something about time: it holds if it holds in one of three
// attempts, because a pool that waits for a time-out waits every time, and a
// busy machine does not.
func (tr *trial) thrice(proof func() error) error {
	var err error
	for range 3 {
		if err = proof(); err == nil {
			return nil
		}
	}
	return err
}
