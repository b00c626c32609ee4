package loadtest

import (
	"maps"
	"math"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

func TestTurnsWithoutFiguresDoNotCount(t *testing.T) {
	turn := func(note string, rate float64) experiment.Turn {
		invalid := 0.0
		if note != "" {
			invalid = 1
		}
		return experiment.Turn{Ops: 1, Wall: time.Duration(1e9 / rate), Note: note, Values: map[string]float64{
			results.Invalid: invalid, results.ReqRate: rate, results.GenCPU: 5, results.CPUNsPerReq: 1e6 / rate,
		}}
	}
	reference := []experiment.Turn{turn("", 100), turn("", 100), turn("", 100)}
	for _, row := range []struct {
		what  string
		turns []experiment.Turn
		want  map[string]float64
	}{
		{"all good", []experiment.Turn{turn("", 50), turn("", 50), turn("", 50)},
			map[string]float64{results.Invalid: 0, results.ReqRate: 50, results.XRef: 2, results.CPUXRef: 2, results.GenCPU: 5, results.CPUNsPerReq: 20000}},
		{"one of three is bad", []experiment.Turn{turn("", 50), turn("late", 10), turn("", 50)},
			map[string]float64{results.Invalid: 1. / 3, results.ReqRate: 50, results.XRef: 2, results.CPUXRef: 2, results.GenCPU: 5, results.CPUNsPerReq: 20000}},
		{"half are bad", []experiment.Turn{turn("", 50), turn("late", 10)}, map[string]float64{results.Invalid: 0.5, results.GenCPU: 5}},
	} {
		got := Summarize(row.turns, workload.Traffic{Load: workload.ClosedLoop}, reference)
		if !maps.EqualFunc(got, row.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }) {
			t.Errorf("%s: got %v, want %v", row.what, got, row.want)
		}
	}
}
