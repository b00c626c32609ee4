package strategytest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// An examination proves rules for one strategy. Its lanes run at the same time:
// the child processes; each rule that mostly waits for idle workers to leave;
// and the other rules, one after the other.
type examination struct {
	strategy *strategies.Strategy
	rules    []Rule
	timing   timing
	start    *starter // nil if no child process can be had

	begin    sync.Once
	cancel   context.CancelFunc
	beside   examinations            // that begin with this one
	end      func()                  // frees what the examination holds
	verdicts map[string]chan Verdict // by the rule's name, each with room for one
}

// examine prepares an examination of all rules. Nothing runs before the first
// verdict is asked for.
func examine(s *strategies.Strategy, start *starter, t timing, rules []Rule) *examination {
	e := &examination{strategy: s, rules: rules, timing: t, start: start,
		cancel: func() {}, verdicts: make(map[string]chan Verdict)}
	for _, r := range rules {
		e.verdicts[r.Name] = make(chan Verdict, 1)
	}
	return e
}

// verdict waits for the verdict on one rule and, if it may follow from the
// failure of another rule, for the verdict on that.
func (e *examination) verdict(r Rule) Verdict {
	e.begin.Do(e.run)
	for _, other := range e.beside {
		other.begin.Do(other.run)
	}
	v := e.delivered(r.Name)
	if v.Status == Failed {
		v.Follows = e.rootOf(v)
	}
	return v
}

// rootOf returns the name of the failed rule that a failure follows from, itself
// without a cause; "" if there is none. Of rules that follow from one another the
// first is the cause.
func (e *examination) rootOf(v Verdict) string {
	path := []Verdict{v}
	for e.verdicts[v.Follows] != nil {
		if v = e.delivered(v.Follows); v.Status != Failed {
			break
		}
		if from := slices.IndexFunc(path, func(p Verdict) bool { return p.Name == v.Name }); from >= 0 {
			v = slices.MinFunc(path[from:], func(a, b Verdict) int { return a.Rule - b.Rule })
			path = append(path, v)
			break
		}
		path = append(path, v)
	}
	if root := path[len(path)-1].Name; root != path[0].Name {
		return root
	}
	return ""
}

// delivered waits for what deliver got, as often as one asks.
func (e *examination) delivered(rule string) Verdict {
	v := <-e.verdicts[rule]
	e.verdicts[rule] <- v
	return v
}

// report waits for all verdicts.
func (e *examination) report() Report {
	report := Report{Strategy: e.strategy.Name}
	for _, r := range e.rules {
		report.Verdicts = append(report.Verdicts, e.verdict(r))
	}
	return report
}

// failAll is what becomes of every rule if not even a pool can be had.
func (e *examination) failAll(err error) {
	for _, r := range e.rules {
		e.deliver(Verdict{Rule: r.Number, Name: r.Name, Status: Failed,
			Reason: fmt.Sprintf("strategy %q: %v", e.strategy.Name, err)})
	}
}

func (e *examination) deliver(v Verdict) { e.verdicts[v.Name] <- v }

// run starts the lanes.
func (e *examination) run() {
	offered, err := probe(e.strategy, e.timing)
	if err != nil {
		e.failAll(err)
		return
	}
	here, waiting, children := e.lanes(offered)
	prove := func(r Rule) {
		v, _ := examineRule(e.strategy, r, offered, nil, e.timing)
		e.deliver(v)
	}
	if len(children) > 0 {
		var ctx context.Context
		ctx, e.cancel = context.WithCancel(context.Background())
		go proveInChildren(ctx, e.start, e.strategy, children, e.timing, e.deliver)
	}
	for _, r := range waiting {
		go prove(r)
	}
	go func() {
		for _, r := range here {
			prove(r)
		}
	}()
}

// lanes decides what is proved where. What cannot be proved, or need not be,
// is delivered at once.
func (e *examination) lanes(offered strategies.Offers) (here, waiting []Rule, children []string) {
	var damages [crashes + 1][]string
	for _, r := range e.rules {
		damage, reason := hazard(r.Name, e.strategy.Traits)
		switch why := notApplicable(r, e.strategy, offered); {
		case why != "":
			e.deliver(Verdict{Rule: r.Number, Name: r.Name, Status: NotApplicable, Reason: why})
		case e.start != nil && r.provokes:
			damages[damage] = append(damages[damage], r.Name)
		case damage != harmless:
			e.deliver(Verdict{Rule: r.Number, Name: r.Name, Status: NotProved, Reason: reason +
				", so that it takes a child process to prove the rule: call strategytest.Hook in main or TestMain, or Run or Check in a test"})
		case e.start != nil && r.waits && e.strategy.Traits.Purge > 0:
			// Without child processes goroutines are counted here, so
			// that nothing else may run at that time.
			waiting = append(waiting, r)
		default:
			here = append(here, r)
		}
	}
	return here, waiting, slices.Concat(damages[:]...)
}

// examineRule proves one rule in this process. hung says that goroutines may
// be stuck in the pool.
func examineRule(s *strategies.Strategy, r Rule, offered strategies.Offers, probed error, t timing) (v Verdict, hung bool) {
	if probed != nil {
		return failedVerdict(s, r, probed, 0), false
	}
	begin := time.Now()
	tr := &trial{strategy: s, traits: s.Traits, rule: r, offers: offered, timing: t}
	if err := tr.run(); err != nil {
		f, ok := err.(*failure)
		if ok && len(tr.poolRuns) > 0 {
			f.did += becauseOf(r.Name, tr.poolRuns[0].native)
		}
		return failedVerdict(s, r, err, time.Since(begin)), ok && f.hang
	}
	return Verdict{Rule: r.Number, Name: r.Name, Status: Passed, Elapsed: time.Since(begin)}, false
}

// failedVerdict words a failure.
func failedVerdict(s *strategies.Strategy, r Rule, err error, elapsed time.Duration) Verdict {
	v := Verdict{Rule: r.Number, Name: r.Name, Status: Failed, Elapsed: elapsed,
		Reason: fmt.Sprintf("strategy %q, rule %d (%s): %v", s.Name, r.Number, r.Name, err)}
	if f, ok := err.(*failure); ok && f.about != r.Name {
		v.Follows = f.about // if that rule fails
	}
	return v
}
