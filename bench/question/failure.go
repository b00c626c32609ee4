package question

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// failures asks what a panic in a handler costs: the server, the client that
// asked, or one that did not.
type failures struct{ Groups []*bench.Group }

func (p failures) answer(a *answering) {
	said := len(a.out)
	for _, g := range a.Family(p.Groups) {
		var dead, hang, fine []string
		unit := ""
		for _, r := range g.Rows {
			crashed := r.value(results.Crashed)
			if !r.IsStrategy() || crashed == nil {
				continue
			}
			switch r.Unit {
			case workload.PerMessage:
				unit = ", each request a task"
			case workload.PerConnection:
				unit = ", each connection a task"
			}
			waiting := r.value(results.UnansweredReq)
			switch {
			case crashed.Value.Estimate > 0:
				dead = append(dead, spoken(r.Strategy))
			case waiting != nil && waiting.Value.Estimate >= 1:
				hang = append(hang, fmt.Sprintf("%s (%.0f of %s)", spoken(r.Strategy), waiting.Value.Estimate, r.Cell.Keys["connections"]))
			default:
				fine = append(fine, spoken(r.Strategy))
			}
		}
		var parts []string
		for _, end := range []struct {
			what string
			who  []string
		}{
			{"the server dies, and all connections with it, under ", dead},
			{"clients wait for ever for a worker under ", hang},
			{"only the connection that asked ends, and no client hangs, under ", fine},
		} {
			if len(end.who) > 0 {
				parts = append(parts, end.what+list(end.who))
			}
		}
		if len(parts) > 0 {
			// No claim is shown: the sentence counts, and leads with no figure.
			a.say(fmt.Sprintf("When a handler panics on one message in %s%s: %s.", g.Key("panics"), unit, strings.Join(parts, "; ")))
		}
	}
	if len(a.out) > said {
		a.say(a.elsewhere("panics"))
	}
}

// elsewhere says which servers take no part where a handler does something of
// its own, "" where the results do not say.
func (e *Evidence) elsewhere(does string) string {
	var who []string
	for _, p := range bench.ParseTraits(e.Setting(bench.TraitElsewhere)) {
		who = append(who, p.Who...)
	}
	if len(who) == 0 {
		return ""
	}
	which := "which answer in processes of their own"
	if len(who) == 1 {
		which = "which answers in processes of its own"
	}
	return fmt.Sprintf("Not measured: %s, %s. The handler that %s is a function of the server's process, and cannot be sent to another.", list(who), which, does)
}

// declared says what is declared in one respect, "" where the results do not
// say. It is proved by the conformance kit, not measured.
func (e *Evidence) declared(key string) string {
	var parts []string
	for _, p := range bench.ParseTraits(e.Setting(key)) {
		who := slices.Clone(p.Who)
		for i := range who {
			who[i] = spoken(who[i])
		}
		parts = append(parts, fmt.Sprintf("%s: %s", p.Value, list(who)))
	}
	return strings.Join(parts, "; ")
}

// spoken is what a sentence calls a strategy.
func spoken(strategy string) string {
	if strategy == bench.Reference {
		return "go f()"
	}
	return strategy
}
