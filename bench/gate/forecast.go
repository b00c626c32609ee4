package gate

import (
	"math"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
)

// Noise of a pair on a small virtual machine, which the first forecast assumes:
// the standard deviation of its log-ratio. After the first look, some 8 pairs of
// each benchmark, the forecast is made anew with the noise that they had.
var assumedNoise = map[Policy]float64{scheduler.RoundRobin: 0.015, scheduler.Normal: 0.05}

// forecast says, before any pair, what the budget will be able to see.
func (g *Gate) forecast() {
	if g.measured {
		g.say("going on with %v of %v left", max(0, g.left()).Round(time.Second), g.plan.Request.Budget)
		return
	}
	g.say("%s under %s, %v of measuring", counted(len(g.plan.Benchmarks), "benchmark"), policyNames(g.plan.Policies), g.plan.Request.Budget)
	for _, policy := range g.plan.Policies {
		var effects []float64
		for _, c := range g.plan.Benchmarks {
			effects = append(effects, g.canSee(c, assumedNoise[policy]))
		}
		g.say("a guess before the first pairs: slowdowns from %s will be found under %s (4 times in 5) if pairs vary by %s as on most machines",
			span(effects), policyNames([]Policy{policy}), percent(assumedNoise[policy]))
	}
}

// refine says the same with the noise that the first look saw.
func (g *Gate) refine() {
	findings := g.trial.Findings()
	for _, policy := range g.plan.Policies {
		var effects []float64
		for i, a := range g.arms {
			if f := findings[i][0]; a.policy == policy && f.Pairs > 1 {
				effects = append(effects, g.canSee(g.plan.Benchmarks[a.benchmark], f.Noise))
			}
		}
		if len(effects) > 0 {
			g.say("now measured: slowdowns from %s will be found under %s (4 times in 5) in this noise", span(effects), policyNames([]Policy{policy}))
		}
	}
}

// canSee is the smallest slowdown of a benchmark's time that the budget finds in
// such a noise, if every benchmark gets an equal share and one in ten is a suspect.
func (g *Gate) canSee(c Benchmark, noise float64) float64 {
	pair := time.Duration(0) // the mean over schedulers
	for _, policy := range g.plan.Policies {
		pair += g.expectedPair(c, policy) / time.Duration(len(g.plan.Policies))
	}
	arms := len(g.arms)
	share := float64(g.plan.Request.Budget) / float64(arms) / float64(pair)
	rules := g.plan.Rules
	screen := rules.ScreenLooks[0]
	for _, n := range rules.ScreenLooks {
		if float64(n) <= share/2 {
			screen = n
		}
	}
	suspects := max(1, arms/10)
	left := (share - float64(screen)) * float64(arms) / float64(suspects)
	confirm := int(min(max(left, 0), float64(rules.ConfirmMost)))
	return rules.Detectable(noise, c.Metrics[0].Theta, screen, confirm, suspects)
}

// span words the range of effects: one number, or the median with its ends.
func span(effects []float64) string {
	slices.Sort(effects)
	low, high := effects[0], effects[len(effects)-1]
	if math.Round(1000*low) == math.Round(1000*high) {
		return percent(low)
	}
	return percent(effects[len(effects)/2]) + " in the median benchmark (" + percent(low) + " to " + percent(high) + ")"
}

func policyNames(policies []Policy) string {
	text := ""
	for i, p := range policies {
		if i > 0 {
			text += " and "
		}
		text += string(p)
		if p == scheduler.Normal {
			text += " scheduling"
		}
	}
	return text
}
