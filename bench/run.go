package bench

import (
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/fanout"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stdlib"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// Run benchmarks every fan-out of the quick profile under the strategies given
// and, to compare them with, a goroutine for each task and a semaphore, as
// sub-benchmarks of b that benchstat can lay out:
//
//	go test -run '^$' -bench . -count 6 | tee new.txt
//	go tool benchstat -col /strategy -row /pattern,/work,/grain new.txt
//
// A pattern that names strategies measures these alone:
//
//	go test -run '^$' -bench 'Mine/pattern/pool/work/grain/tasks/limit/submitters/strategy=(mine|loop)$' .
//
// In a module that requires the catalog, a pool is measured beside all others:
//
//	bench.Run(b, append(slices.Clone(catalog.All), mine.Strategy)...)
//
// One operation is one batch; ns/task and the other custom units are per
// task. Every batch is checked, off the clock. Latency and memory are not among
// them: these want processes of their own, which the command poolbench starts.
func Run(b *testing.B, all ...*strategies.Strategy) {
	if err := strategies.Validate(all...); err != nil {
		b.Fatal(err)
	}
	if err := declareUnits(results.NsPerTask, results.CPUNsPerTask, results.SubmitNs, results.BPerTask, results.AllocsPerTask); err != nil {
		b.Fatal(err)
	}
	byName := make(map[string]*strategies.Strategy)
	for _, s := range all {
		byName[s.Name] = s
	}
	for _, s := range slices.Backward(stdlib.All) {
		if byName[s.Name] == nil {
			byName[s.Name] = s
			all = slices.Insert(slices.Clone(all), 0, s)
		}
	}
	calibration := calibrateOnce()
	for _, g := range Quick.Groups(Selection{Strategies: all}) {
		for _, c := range g.Cells {
			if c.Measure != Fanout {
				continue
			}
			if s := byName[c.Strategy]; s != nil || c.Strategy == Loop {
				b.Run(c.keys(), func(b *testing.B) { runCell(b, c, s, calibration) })
			}
		}
	}
}

var calibrateOnce = sync.OnceValue(work.Calibrate)

// declared are the units that standard output has a line on.
var declared struct {
	sync.Mutex
	units []string
}

// declareUnits writes what benchstat needs to know of units, of each once.
func declareUnits(names ...string) error {
	declared.Lock()
	defer declared.Unlock()
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(declared.units, name) })
	declared.units = append(declared.units, names...)
	return results.WriteUnits(os.Stdout, names...)
}

// runCell benchmarks one cell. What it does between batches is not timed, and
// so the figures per task are its own: the loop's ns/op would hold it.
func runCell(b *testing.B, c Cell, s *strategies.Strategy, calibration work.Calibration) {
	side, err := fanout.Open(s, c.Fanout, fanout.Options{Seed: uint64(time.Now().UnixNano()), Calibration: calibration, Batches: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := side.Close(); err != nil {
			b.Error(err)
		}
	}()
	var wall, cpu, submitted float64
	var last experiment.Turn
	turns := 0
	b.ResetTimer()
	for b.Loop() {
		if last, err = side.Turn(); err != nil {
			b.Fatal(err)
		}
		wall += last.WallPerOp()
		cpu += last.CPUPerOp()
		submitted += last.Values[results.SubmitNs]
		turns++
	}
	values := last.Values // what a task allocates, the same in every turn
	values[results.NsPerTask], values[results.CPUNsPerTask], values[results.SubmitNs] = wall, cpu, submitted
	for _, unit := range []string{results.NsPerTask, results.CPUNsPerTask, results.SubmitNs} {
		values[unit] /= float64(turns)
	}
	b.ReportMetric(0, "ns/op")
	for unit, value := range values {
		if value > 0 || unit == results.BPerTask || unit == results.AllocsPerTask {
			b.ReportMetric(value, unit)
		}
	}
}
