package fanout

import (
	"os"
	"runtime/metrics"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
)

// A memorySide measures what a workload needs at its peak.
type memorySide struct{ *side }

// OpenMemory opens a strategy whose first turn, of one batch, gives the peak of
// memory and goroutines. It must be alone in its process, and take no other
// turn: what ran before would be counted.
func OpenMemory(s *strategies.Strategy, w workload.Fanout, o Options) (experiment.Side, error) {
	t, err := newSide(s, w, o)
	return memorySide{t}, err
}

// Turn runs one batch while the peaks are watched.
func (m memorySide) Turn() (experiment.Turn, error) {
	_, pids := m.engine.elsewhere()
	watch := startPeaks()
	turn, err := m.side.Turn()
	peaks := watch.stop()
	if err != nil {
		return turn, err
	}
	turn.Values[results.PeakGoroutines] = peaks.goroutines
	turn.Values[results.PeakStack] = peaks.stack
	if _, peak := machine.Resident(append([]int{os.Getpid()}, pids...)...); peak > 0 {
		turn.Values[results.PeakRSS] = float64(peak)
	}
	return turn, nil
}

// peaks watches what the runtime knows only of the present.
type peaks struct {
	goroutines, stack float64
	end               chan struct{}
	ended             chan struct{}
}

// samplePeriod is how often the peaks are looked at: well below the length of
// the tasks whose pile is to be seen.
const samplePeriod = time.Millisecond

func startPeaks() *peaks {
	p := &peaks{end: make(chan struct{}), ended: make(chan struct{})}
	go p.watch()
	return p
}

func (p *peaks) watch() {
	defer close(p.ended)
	samples := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}
	tick := time.NewTicker(samplePeriod)
	defer tick.Stop()
	for {
		metrics.Read(samples)
		p.goroutines = max(p.goroutines, float64(samples[0].Value.Uint64()))
		p.stack = max(p.stack, float64(samples[1].Value.Uint64()))
		select {
		case <-p.end:
			return
		case <-tick.C:
		}
	}
}

func (p *peaks) stop() *peaks {
	close(p.end)
	<-p.ended
	return p
}
