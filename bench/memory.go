package bench

import (
	"os"
	"runtime/metrics"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// A memorySide looks at what a cell needs at its peak. It must be alone in its
// process and takes one turn, the first: whatever ran before would be counted.
type memorySide struct{ side }

func openMemorySide(c Cell, s *strategies.Strategy, seed uint64, calibration work.Calibration) (*memorySide, error) {
	m := &memorySide{side{cell: c, repeat: 1}}
	var err error
	if m.batch, err = openBatch(c, seed, calibration); err != nil {
		return nil, err
	}
	if m.engine, err = newEngine(c, s); err != nil {
		return nil, err
	}
	return m, nil
}

// Turn runs one batch while the peaks are watched.
func (m *memorySide) Turn() (experiment.Turn, error) {
	pids := m.pids()
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
