package question

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// Failures asks what a panic in a handler costs: the server, the client that
// asked, or one that did not.
type Failures struct{ Groups []*bench.Group }

func (p Failures) answer(a *answering) {
	said := len(a.out)
	for _, g := range a.Family(p.Groups) {
		var dead, hang, fine []string
		var shown []*claim.Claim
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
			shown = append(shown, crashed)
			waiting := r.value(results.UnansweredReq)
			switch {
			case crashed.Value.Estimate > 0:
				dead = append(dead, r.Strategy)
			case waiting != nil && waiting.Value.Estimate >= 1:
				hang = append(hang, fmt.Sprintf("%s (%.0f of %s)", r.Strategy, waiting.Value.Estimate, r.Cell.Keys["connections"]))
			default:
				fine = append(fine, r.Strategy)
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
	for _, p := range bench.ParsePromises(e.Setting(bench.TraitElsewhere)) {
		who = append(who, p.Who...)
	}
	if len(who) == 0 {
		return ""
	}
	return fmt.Sprintf("Not measured: %s, which answer in processes of their own. The handler that %s is a func of the server's process, and cannot be sent there.", list(who), does)
}

// declared says what is declared in one respect, "" where the results do not
// say. It is proved by the conformance kit, not measured.
func (e *Evidence) declared(key string) string {
	var parts []string
	for _, p := range bench.ParsePromises(e.Setting(key)) {
		parts = append(parts, fmt.Sprintf("%s: %s", p.Value, list(p.Who)))
	}
	return strings.Join(parts, "; ")
}
