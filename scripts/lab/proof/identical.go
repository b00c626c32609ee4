package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

// Alarms are what gates of identical builds said.
type Alarms struct {
	Red, Green       stats.Count // gates with any REGRESSED, any IMPROVED
	RedArm, GreenArm stats.Count // arms of that verdict
	Outcomes         map[trial.Outcome]int
}

// Identical counts the alarms of gates of identical builds: all are false.
func Identical(gates []Gate) Alarms {
	a := Alarms{Outcomes: make(map[trial.Outcome]int)}
	for _, g := range gates {
		red, green := false, false
		for _, arm := range g.Arms {
			v := arm.Finding.Outcome
			a.Outcomes[v]++
			a.RedArm.Add(v == trial.Regressed)
			a.GreenArm.Add(v == trial.Improved)
			red, green = red || v == trial.Regressed, green || v == trial.Improved
		}
		a.Red.Add(red)
		a.Green.Add(green)
	}
	return a
}

// Markdown is a table of them.
func (a Alarms) Markdown() string {
	text := table([]string{"false alarm", "gates", "benchmarks under a scheduler"}, [][]string{
		{"REGRESSED", bound(a.Red), bound(a.RedArm)},
		{"IMPROVED", bound(a.Green), bound(a.GreenArm)},
	})
	var said []string
	for _, v := range slices.Backward(trial.Outcomes) {
		said = append(said, fmt.Sprintf("%d %s", a.Outcomes[v], v))
	}
	return text + "\nBounds are exact and of 95 %. All that was said of the benchmarks: " + strings.Join(said, ", ") + ".\n"
}
