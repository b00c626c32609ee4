package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// A unitHead is the head of a column of figures.
type unitHead struct{ Unit, Title, Doc string }

// newUnitHead is the head of a unit's column, in words. Times, sizes and shares
// carry their unit with every figure; of what is counted the head says it.
func newUnitHead(unit string) unitHead {
	h := unitHead{Unit: unit, Title: unit}
	if i := slices.IndexFunc(results.Units, func(u results.Unit) bool { return u.Name == unit }); i >= 0 {
		h.Doc = results.Units[i].Doc
	}
	if title := columnTitles[unit]; title != "" {
		h.Title = title
	}
	return h
}

// columnTitles are the heads of the units that are known: ours, and those that
// go test prints.
var columnTitles = map[string]string{
	results.NsPerTask: "time a task", results.CPUNsPerTask: "CPU time a task", results.CPUXRef: "CPU time, to go f()",
	results.Efficiency: "share of the ideal", results.SubmitNs: "time to submit", results.BPerTask: "allocated a task",
	results.AllocsPerTask: "allocations a task", results.DoneP50: "submit to done, median", results.DoneP99: "submit to done, 99th percentile",
	results.PeakRSS: "memory at its peak", results.PeakStack: "stacks at their peak", results.PeakGoroutines: "goroutines at the peak",

	results.ReqRate: "requests a second", results.CPUNsPerReq: "CPU time a request",
	results.P50: "plan to reply, median", results.P90: "plan to reply, 90th percentile",
	results.P99: "plan to reply, 99th percentile", results.P999: "plan to reply, 99.9th percentile",
	results.ServiceP50: "write to reply, median", results.ServiceP99: "write to reply, 99th percentile",
	results.LagP99: "generator's delay, 99th percentile", results.GenCPU: "generator's CPU time a request",
	results.OfferedRate: "requests offered a second", results.Answered: "requests answered", results.FailedReq: "requests failed",
	results.UnansweredReq: "requests without a reply", results.Invalid: "turns not vouched for", results.Goroutines: "goroutines under load",
	results.Starved: "connections that starve", results.Rejected: "connections turned away", results.OpenConns: "connections open",
	results.BPerConn: "memory a connection", results.RSSGrowth: "memory growth a second", results.Crashed: "turns that crashed",

	"ns/op": "time an operation", "B/op": "allocated an operation", "allocs/op": "allocations an operation", "MB/s": "MB a second",
}

// shares are the units that are parts of a whole.
var shares = []string{results.Efficiency, results.Answered, results.Invalid, results.Crashed}

// writerOf returns how figures of a unit are written.
func writerOf(unit string) func(float64) string {
	switch {
	case unit == results.CPUXRef:
		return func(v float64) string { return question.Short(v) + "x" }
	case slices.Contains(shares, unit):
		return func(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + " %" }
	case strings.HasPrefix(unit, "ns/"), strings.HasSuffix(unit, "-ns"), strings.Contains(unit, "-ns/"):
		return question.Nanoseconds
	case strings.HasPrefix(unit, "B/"), strings.HasSuffix(unit, "-bytes"), strings.HasSuffix(unit, "-B/s"):
		return question.Bytes
	}
	return question.Short
}
