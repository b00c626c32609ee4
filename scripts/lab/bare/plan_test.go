package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies/proc"
)

func TestAGroupHasAsManyProcessesAsItAsksFor(t *testing.T) {
	t.Parallel()
	_, known := machine.Resident(os.Getpid())
	w := Workload{Form: Go, Pool: workload.Kept, Work: work.Sleep.Name, Grain: "1ms", Tasks: 8, Limit: 8, Submitters: 1, Procs: runtime.GOMAXPROCS(0)}
	cells := w.of(Subject, Control, "goroutines")
	for _, c := range []struct {
		group     Group
		processes int
		memory    bool
	}{
		{Group{Slug: "together", Cells: cells, Exchanges: 3}, 1, false},
		{Group{Slug: "apart", Cells: cells, Exchanges: 3, Apart: true}, 3, false},
		{Group{Slug: "alone", Cells: cells, Exchanges: 1, Alone: true}, 3, true},
	} {
		t.Run(c.group.Slug, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "results.txt")
			file, err := results.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			var started []*exec.Cmd
			plan := Plan{
				Groups: []Group{c.group}, Seed: 1, Budget: experiment.Budget{Blocks: 2}, Calibration: 1, Results: file,
				Child: func() (*exec.Cmd, error) {
					cmd, err := proc.Self("host")
					started = append(started, cmd)
					return cmd, err
				},
			}
			if err := plan.Measure(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			if len(started) != 2*c.processes {
				t.Errorf("%d processes for two blocks, want %d", len(started), 2*c.processes)
			}
			for _, cmd := range started {
				if cmd.ProcessState == nil {
					t.Errorf("%v has not ended", cmd)
				}
			}
			in, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			set, err := results.Read(in, path)
			if err != nil {
				t.Fatal(err)
			}
			for _, cell := range cells {
				line := set.Cell(cell.Name())
				if line == nil || len(line.Samples) != 2 {
					t.Fatalf("%s: %+v, want two samples", cell.Name(), line)
				}
				for _, sample := range line.Samples {
					ratio, compared := sample.Value(results.XRef)
					peak, weighed := sample.Value(results.PeakRSS)
					if compared == c.memory || compared && ratio <= 0 || weighed != (c.memory && known > 0) || weighed && peak <= 0 {
						t.Errorf("%s: %v times the subject, %v bytes", cell.Name(), ratio, peak)
					}
					if want := c.group.Exchanges * w.Tasks; sample.N < want {
						t.Errorf("%s: %d tasks, want %d and more", cell.Name(), sample.N, want)
					}
				}
			}
		})
	}
}
