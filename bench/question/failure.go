package question

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

// Failure asks who learns of what goes wrong.
var Failure = &Question{
	Slug:   "failure",
	Ask:    "Who is told about a panic, an error or a cancel, and can nested submits deadlock?",
	answer: answerFailure,
}

func answerFailure(e *Evidence) (out []string) {
	for _, g := range e.Groups("echofailure") {
		out = append(out, failing(g)...)
	}
	if text := e.absent("panics"); text != "" && len(out) > 0 {
		out = append(out, text)
	}
	for _, told := range []struct{ key, what string }{
		{bench.TraitPanic, "A task's panic, by strategy"},
		{bench.TraitServerPanic, "A handler's panic, by server that owns its socket"},
		{bench.TraitErrors, "Of several errors, by a library's own way of mapping inputs"},
		{bench.TraitCancel, "A cancel, where there is one: which of the tasks that wait still start"},
		{bench.TraitNested, "Submitting from within a task to the same pool"},
	} {
		if text := e.promised(told.key); text != "" {
			out = append(out, told.what+": "+text+".")
		}
	}
	if e.Setting(bench.TraitPanic) != "" {
		out = append(out, "These are declared, and \"poolbench check\" proves them.")
	}
	return out
}

// failing says what a panic in a handler costs: the server, the client that
// asked, or one that did not.
func failing(g *Group) (out []string) {
	var dead, hang, fine []string
	every, unit := "", ""
	for _, r := range g.Rows {
		crashed := r.Cell.Values(results.Crashed)
		if !r.Real() || len(crashed) == 0 {
			continue
		}
		every = r.Cell.Keys["panics"]
		if r.Unit == workload.PerMessage {
			unit = ", each request a task"
		} else if r.Unit == workload.PerConnection {
			unit = ", each connection a task"
		}
		waiting := r.Typical(results.UnansweredReq).Estimate
		switch {
		case Middle(crashed) > 0:
			dead = append(dead, r.Strategy)
		case waiting >= 1:
			hang = append(hang, fmt.Sprintf("%s (%.0f of %s)", r.Strategy, waiting, r.Cell.Keys["connections"]))
		default:
			fine = append(fine, r.Strategy)
		}
	}
	var parts []string
	if len(dead) > 0 {
		parts = append(parts, "the server dies, with everybody's connection, under "+list(dead))
	}
	if len(hang) > 0 {
		parts = append(parts, "clients wait in vain for a place under "+list(hang))
	}
	if len(fine) > 0 {
		parts = append(parts, "only the connection that asked ends, and no client hangs, under "+list(fine))
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("When a handler panics on one message in %s%s: %s.", every, unit, strings.Join(parts, "; "))}
}
