package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
)

// Server asks how to serve a network.
var Server = &Question{
	Slug:   "server",
	Ask:    "For a network server: task per connection or task per message, pool or plain goroutines, event loop or processes?",
	answer: answerServer,
}

func answerServer(e *Evidence) (out []string) {
	g := e.Group("echocapacity")
	out = append(out, throughput(g)...)
	if text := perMessage(g); text != "" {
		out = append(out, text)
	}
	out = append(out, strangers(g)...)
	for _, slug := range []string{"echorate30", "echorate60", "echorate80"} {
		out = append(out, e.atRate(slug)...)
	}
	out = append(out, idleMemory(e.Group("echoidle"))...)
	out = append(out, churn(e.Group("echochurn"))...)
	if text := pythonServers(g); text != "" {
		out = append(out, text)
	} else if len(out) > 0 && e.Setting("python") == "" {
		out = append(out, "The article's servers in Python were not measured: no usable python3 was found.")
	}
	return out
}

// throughput says what a request costs the servers in a closed loop, and what
// the reference gets through.
func throughput(g *Group) (out []string) {
	reference := g.Row(bench.Reference)
	if reference == nil {
		return nil
	}
	keys := reference.Cell.Keys
	rate, cpu := reference.Typical(results.ReqRate), reference.Typical(results.CPUNsPerReq)
	if math.IsNaN(rate.Estimate) {
		return nil
	}
	text := fmt.Sprintf("With %s connections that each wait for their reply, a goroutine per connection answers %s, of %s bytes each",
		keys["connections"], hertz(rate), keys["payload"])
	if !math.IsNaN(cpu.Estimate) {
		text += fmt.Sprintf(", and needs %s of CPU for each", span(cpu, nanoseconds))
	}
	return append(compareCPU(g), text+"; the load generator runs on the same CPUs.")
}

// compareCPU holds the servers against a goroutine per connection. CPU time is
// by far less noisy than throughput where server and generator share CPUs.
func compareCPU(g *Group) (out []string) {
	var less, more []share
	var same []string
	comparisons, judgeable, processes := 0, 0, 0
	for _, s := range g.Shares(results.CPUXRef) {
		comparisons++
		processes = max(processes, s.Ratio.N)
		if bench.IsPeer(s.Row.Strategy) {
			continue
		}
		judgeable++
		words := share{s.Row.Label(), Times(s.Ratio)}
		switch s.Verdict {
		case Faster:
			less = append(less, words)
		case Slower:
			more = append(more, words)
		case Same:
			same = append(same, s.Row.Label())
		}
	}
	if len(less)+len(more)+len(same) == 0 {
		if judgeable > 0 {
			out = append(out, g.shortageOf(comparisons, processes))
		}
		return out
	}
	if len(less) > 0 {
		out = append(out, strings.Replace(takes(3, less, "the CPU time that a goroutine per connection needs for a request"), " are faster", " need less", 1)+".")
	} else {
		out = append(out, "Nobody was found to need less CPU time for a request than a goroutine per connection.")
	}
	if len(same) > 0 {
		out = append(out, fmt.Sprintf("No difference from it was found with %s.", first(4, same)))
	}
	if len(more) > 0 {
		out = append(out, fmt.Sprintf("More CPU time is needed by %s.", slowest(4, more)))
	}
	return out
}

// perMessage holds a task per message against a task per connection, under the
// same strategy.
func perMessage(g *Group) string {
	var rows []*Row
	var samples [][]float64
	for _, r := range pooled(g.Rows) {
		connection := g.served(r.Strategy, workload.PerConnection)
		if r.Unit != workload.PerMessage || connection == nil || !r.Real() {
			continue
		}
		if sample := stats.Logs(Paired(r.Cell, connection.Cell, results.CPUXRef)); len(sample) > 0 {
			rows, samples = append(rows, r), append(samples, sample)
		}
	}
	var found []cost
	known := false
	for i, verdict := range judge(samples, g.cpuNoise()) {
		known = known || verdict != Unknown
		if verdict == Slower || verdict == Faster {
			found = append(found, cost{rows[i], RatioOf(exps(samples[i]))})
		}
	}
	slices.SortStableFunc(found, func(a, b cost) int { return cmp.Compare(a.value.Estimate, b.value.Estimate) })
	var costs []share // the least first
	for _, c := range found {
		costs = append(costs, share{c.row.Strategy, Times(c.value)})
	}
	switch {
	case !known:
		return ""
	case len(costs) == 0:
		return "Between a task per message and a task per connection no difference in CPU time was found."
	}
	return fmt.Sprintf("Against a task per connection under the same strategy, a task per message takes this much of the CPU time: %s. It is what lets few places serve many connections.", slowest(4, costs))
}

// cpuNoise is how much of a ratio of CPU times may be chance.
func (g *Group) cpuNoise() float64 {
	control := g.Row(bench.Control)
	if control == nil {
		return 0
	}
	ratio := RatioOf(control.Cell.Values(results.CPUXRef))
	return max(math.Abs(math.Log(ratio.Low)), math.Abs(math.Log(ratio.High)))
}

// atRate says how long requests take that come at a fixed rate.
func (e *Evidence) atRate(slug string) (out []string) {
	g := e.Group(slug)
	if len(g.Rows) == 0 {
		return nil
	}
	percent := strings.TrimSuffix(g.Rows[0].Cell.Keys["rate"], "pct")
	where := fmt.Sprintf("At %s %% of the rate that would keep every CPU busy here", percent)
	tails := g.amounts(results.P99)
	if reference := g.Row(bench.Reference); reference != nil && !math.IsNaN(reference.Typical(results.P99).Estimate) {
		text := fmt.Sprintf("%s, %s, a goroutine per connection answers half within %s and 99 %% within %s", where,
			hertz(reference.Typical(results.OfferedRate)), span(reference.Typical(results.P50), nanoseconds), span(reference.Typical(results.P99), nanoseconds))
		if others := between(tails, nanoseconds); others != "" {
			text += "; the 99th percentile of others is " + others
		}
		out = append(out, text+".")
	} else if others := between(tails, nanoseconds); others != "" {
		out = append(out, fmt.Sprintf("%s, the 99th percentile is %s.", where, others))
	}
	if text := unvouched(g, where); text != "" {
		out = append(out, text)
	}
	if text := quieter(g); text != "" {
		out = append(out, text)
	}
	return out
}

// quieter says how many runs at a rate count. The others are left out because
// the generator was late, and so those that count are the quieter ones.
func quieter(g *Group) string {
	counted, all := 0, 0
	for _, r := range g.Rows {
		valid, invalid := r.Settled()
		counted, all = counted+valid, all+valid+invalid
	}
	if counted == 0 || float64(counted) > mostCount*float64(all) {
		return ""
	}
	return fmt.Sprintf("Only %d of %d runs at this rate count; in the others the load generator was late, so these figures are those of quieter moments.", counted, all)
}

// mostCount is the share of runs from which on the few that are left out do not
// matter.
const mostCount = 0.9

// idleMemory says what connections hold that carry nothing.
func idleMemory(g *Group) (out []string) {
	all := g.amounts(results.BPerConn)
	reference := g.Row(bench.Reference)
	if len(all) == 0 || reference == nil || math.IsNaN(reference.Typical(results.BPerConn).Estimate) {
		return nil
	}
	idle := "Each of many connections, nearly all idle, holds"
	if open := reference.Typical(results.OpenConns).Estimate; !math.IsNaN(open) {
		idle = fmt.Sprintf("Of %.0f connections, nearly all idle, each holds", open)
	}
	text := fmt.Sprintf("%s %s of resident memory with a goroutine per connection", idle, span(reference.Typical(results.BPerConn), bytes))
	if others := between(all, bytes); others != "" {
		text += ", and " + others
	}
	return append(out, text+"; what the kernel keeps for it is not in that.")
}

// churn says what becomes of the rate when each request has a connection of its
// own.
func churn(g *Group) (out []string) {
	reference := g.Row(bench.Reference)
	if reference == nil || math.IsNaN(reference.Typical(results.ReqRate).Estimate) {
		return nil
	}
	text := fmt.Sprintf("With a new connection for each request go f() answers %s", hertz(reference.Typical(results.ReqRate)))
	var less, more []share
	for _, s := range g.Shares(results.CPUXRef) {
		words := share{s.Row.Label(), Times(s.Ratio)}
		switch s.Verdict {
		case Faster:
			less = append(less, words)
		case Slower:
			more = append(more, words)
		}
	}
	if len(less) > 0 {
		text += "; of the CPU time " + strings.Replace(takes(3, less, "that of go f()"), " are faster", " need less", 1)
	}
	if len(more) > 0 {
		text += "; more CPU time is needed by " + slowest(3, more)
	}
	if len(less)+len(more) == 0 {
		text += ", and no difference in CPU time was found between ways to serve"
	}
	return append(out, text+".")
}

// pythonServers holds the article's own servers against the reference; "" where
// they did not run.
func pythonServers(g *Group) string {
	var words []string
	for _, s := range g.Shares(results.CPUXRef) {
		if !bench.IsPeer(s.Row.Strategy) {
			continue
		}
		text := fmt.Sprintf("%s needs %s the CPU time of go f()", s.Row.Label(), Times(s.Ratio))
		if rate := s.Row.Typical(results.ReqRate); !math.IsNaN(rate.Estimate) {
			text += " and answers " + hertz(rate)
		}
		words = append(words, text)
	}
	if len(words) == 0 {
		return ""
	}
	return "The article's own servers in Python, a connection a worker: " + list(words) + "."
}
