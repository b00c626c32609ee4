package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
)

// A trialRun is a plan of these tests, with its file and its processes.
type trialRun struct {
	Plan
	path string

	mu    sync.Mutex
	cmds  []*exec.Cmd
	lines []string // of the file, after the run
}

func newTrialRun(t *testing.T, groups ...PlannedGroup) *trialRun {
	t.Helper()
	r := &trialRun{path: filepath.Join(t.TempDir(), "results.txt")}
	file, err := results.Create(r.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	r.Plan = Plan{
		Groups: groups, Seed: 1, Budget: experiment.Budget{Blocks: 2}, Calibration: 1, Results: file,
		Patience: 2 * time.Second,
		Child: func() (*exec.Cmd, error) {
			cmd, err := proc.Self("host")
			r.mu.Lock()
			r.cmds = append(r.cmds, cmd)
			r.mu.Unlock()
			return cmd, err
		},
	}
	return r
}

// figures are what a line gives, by unit.
func figures(s results.Sample) map[string]float64 {
	of := make(map[string]float64)
	for _, unit := range s.Units() {
		of[unit], _ = s.Value(unit)
	}
	return of
}

// measure carries out the plan. Afterwards no process may be left, and the
// file must be sound.
func (r *trialRun) measure(t *testing.T, ctx context.Context) (Outcome, *results.Set, error) {
	t.Helper()
	out, err := r.Measure(ctx)
	for _, cmd := range r.cmds {
		if cmd.ProcessState == nil {
			t.Error("a process was not waited for")
		}
	}
	text, readErr := os.ReadFile(r.path)
	if readErr != nil {
		t.Fatal(readErr)
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		t.Errorf("the file ends within a line: %q", text[max(0, len(text)-50):])
	}
	r.lines = strings.Split(string(text), "\n")
	if !strings.Contains(string(text), "Benchmark") {
		return out, nil, err
	}
	set, readErr := results.Open(r.path)
	if readErr != nil {
		t.Fatal(readErr)
	}
	return out, set, err
}

// groupOf is the reference, the loop and the control besides the strategies.
func groupOf(slug string, all ...*strategies.Strategy) PlannedGroup {
	like := small(workload.Kept)
	if slug == "fresh" {
		like.Pool = workload.Fresh
	}
	g := PlannedGroup{Group: &Group{Slug: slug}, Exchanges: 3, Cells: []Cell{like.under(Loop), like.under(Control)}}
	for _, s := range all {
		g.Cells = append(g.Cells, like.under(s.Name))
	}
	return g
}

func TestARunMeasuresEveryCellInEveryBlock(t *testing.T) {
	t.Parallel()
	for _, isolate := range []bool{false, true} {
		t.Run(fmt.Sprintf("isolate=%v", isolate), func(t *testing.T) {
			t.Parallel()
			r := newTrialRun(t, groupOf("kept", sound...), groupOf("fresh", sound...))
			r.Isolate = isolate
			var seen []Progress
			r.Progress = func(p Progress) { seen = append(seen, p) }
			out, set, err := r.measure(t, t.Context())
			if err != nil || len(out.Failures) > 0 || out.Blocks != 2 || out.Cells != 12 || out.Measured != 12 {
				t.Fatalf("Measure() = %+v, %v", out, err)
			}
			for _, g := range r.Groups {
				for _, c := range g.Cells {
					cell := set.Cell(c.Name())
					if cell == nil {
						t.Errorf("%s is not in the file", c.Name())
						continue
					}
					if len(cell.Samples) != 2 || cell.Samples[0].Block.Group != g.Slug || cell.Samples[1].Block.Number != 2 {
						t.Errorf("%s: %+v", c.Name(), cell.Samples)
					}
					for _, sample := range cell.Samples {
						for _, unit := range []string{results.NsPerTask, results.XRef, results.Efficiency} {
							if figures(sample)[unit] <= 0 {
								t.Errorf("%s: %v %s", c.Name(), figures(sample)[unit], unit)
							}
						}
						if sample.N < 3*smallBatch {
							t.Errorf("%s: %d operations in three turns of %d tasks or more", c.Name(), sample.N, smallBatch)
						}
						if c.Strategy == Reference && figures(sample)[results.XRef] != 1 {
							t.Errorf("the reference is %v times itself", figures(sample)[results.XRef])
						}
					}
				}
			}
			if len(seen) != 4 || seen[3].Lines != 24 || seen[3].Block != 2 {
				t.Errorf("progress %+v", seen)
			}
			if want := map[bool]int{false: 4, true: 24}[isolate]; len(r.cmds) != want {
				t.Errorf("%d processes, want %d", len(r.cmds), want)
			}
		})
	}
}

func TestACellThatFailsIsGivenUpAndTheOthersAreMeasured(t *testing.T) {
	t.Parallel()
	for _, isolate := range []bool{false, true} {
		t.Run(fmt.Sprintf("isolate=%v", isolate), func(t *testing.T) {
			t.Parallel()
			all, want := slices.Clone(sound), make(map[string]string)
			for _, b := range broken {
				all, want[b.Name] = append(all, b.Strategy), b.want
			}
			r := newTrialRun(t, groupOf("kept", all...))
			r.Isolate = isolate
			out, set, err := r.measure(t, t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range out.Failures {
				reason, ok := want[f.Cell.Strategy]
				if !ok {
					t.Errorf("a sound cell was given up: %v", f)
				}
				if !strings.Contains(f.Error(), reason) || !strings.Contains(f.Error(), f.Cell.Name()) {
					t.Errorf("failure %q does not say %q", f, reason)
				}
				delete(want, f.Cell.Strategy)
			}
			if len(want) > 0 {
				t.Errorf("not given up: %v", want)
			}
			for _, s := range slices.Concat(sound, []*strategies.Strategy{{Name: Loop}, {Name: Control}}) {
				cell := set.Cell(r.Groups[0].Cells[0].under(s.Name).Name())
				if cell == nil || len(cell.Samples) != 2 {
					t.Errorf("%s: %+v, want two samples", s.Name, cell)
				}
			}
			// What could not be closed was measured all the same where it was
			// alone; the rest never was.
			for _, b := range broken {
				if cell := set.Cell(r.Groups[0].Cells[0].under(b.Name).Name()); cell != nil && b.Name != "rattles" {
					t.Errorf("%s has figures: %+v", b.Name, cell.Samples)
				}
			}
		})
	}
}

// blockLines are the lines that say in which order groups were visited.
func (r *trialRun) blockLines() (lines []string) {
	for _, line := range r.lines {
		if order, _, ok := strings.Cut(line, " steal"); ok {
			lines = append(lines, order)
		}
	}
	return lines
}

func TestTheSeedGivesTheOrder(t *testing.T) {
	t.Parallel()
	visited := func(seed uint64) []string {
		r := newTrialRun(t, groupOf("a", plain), groupOf("b", plain), groupOf("c", plain))
		for i := range r.Groups { // each group its own cells
			for k := range r.Groups[i].Cells {
				r.Groups[i].Cells[k].Limit += i
			}
		}
		r.Seed, r.Budget.Blocks = seed, 4
		if _, _, err := r.measure(t, t.Context()); err != nil {
			t.Fatal(err)
		}
		return r.blockLines()
	}
	first := visited(1)
	if len(first) != 12 {
		t.Errorf("%d sessions of 3 groups in 4 blocks: %q", len(first), first)
	}
	if again := visited(1); !slices.Equal(first, again) {
		t.Errorf("one seed gives %q and %q", first, again)
	}
	if slices.Equal(first, visited(2)) {
		t.Errorf("two seeds give %q", first)
	}
}

func TestARunThatIsInterruptedLeavesAValidFile(t *testing.T) {
	t.Parallel()
	t.Run("between sessions", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		r := newTrialRun(t, groupOf("kept", plain), groupOf("fresh", plain))
		r.Budget.Blocks = 1000
		sessions := 0
		r.Progress = func(Progress) {
			if sessions++; sessions == 3 {
				cancel()
			}
		}
		out, set, err := r.measure(t, ctx)
		if !errors.Is(err, context.Canceled) || out.Blocks != 2 || len(out.Failures) != 0 {
			t.Errorf("Measure() = %+v, %v; want it canceled in block 2", out, err)
		}
		samples := 0
		for _, cell := range set.Cells {
			samples += len(cell.Samples)
		}
		if samples != 9 || len(r.blockLines()) != 3 {
			t.Errorf("%d samples in sessions %q, want 9 in 3", samples, r.blockLines())
		}
	})
	for _, isolate := range []bool{false, true} {
		t.Run(fmt.Sprintf("while a side is at work, isolate=%v", isolate), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			hangs := broken[slices.IndexFunc(broken, func(b struct {
				*strategies.Strategy
				want string
			}) bool {
				return b.Name == "hangs"
			})].Strategy
			r := newTrialRun(t, groupOf("kept", plain, hangs))
			r.Isolate, r.Patience = isolate, time.Hour
			out, _, err := r.measure(t, ctx)
			if !errors.Is(err, context.DeadlineExceeded) || len(out.Failures) != 0 {
				t.Errorf("Measure() = %+v, %v; want the context's end and no cell blamed", out, err)
			}
		})
	}
}

func TestAGroupIsLeftOutAfterItsLastBlock(t *testing.T) {
	t.Parallel()
	r := newTrialRun(t, groupOf("kept", plain), groupOf("fresh", plain))
	r.Groups[1].MostBlock = 1
	r.Budget.Blocks = 3
	_, set, err := r.measure(t, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{3, 1} {
		if got := len(set.Cell(r.Groups[i].Cells[0].Name()).Samples); got != want {
			t.Errorf("group %s: %d samples, want %d", r.Groups[i].Slug, got, want)
		}
	}
}

func TestMemoryIsMeasuredAlone(t *testing.T) {
	t.Parallel()
	like := memory(small(workload.Kept))
	like.Work, like.Grain = "sleep", "5ms"
	g := PlannedGroup{Group: &Group{Slug: "memory"}, Alone: true, Exchanges: 1}
	for _, s := range []*strategies.Strategy{plain, queue} {
		g.Cells = append(g.Cells, like.under(s.Name))
	}
	r := newTrialRun(t, g)
	_, set, err := r.measure(t, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.cmds) != 4 {
		t.Errorf("%d processes for two cells in two blocks", len(r.cmds))
	}
	for _, sample := range set.Cell(like.under(Reference).Name()).Samples {
		if got := figures(sample)[results.PeakGoroutines]; got < smallBatch {
			t.Errorf("a peak of %v goroutines where %d tasks slept at once", got, smallBatch)
		}
		if figures(sample)[results.PeakStack] <= 0 || sample.N != smallBatch {
			t.Errorf("sample %+v", sample)
		}
		if _, err := os.Stat("/proc/self/status"); err == nil && figures(sample)[results.PeakRSS] < 1<<20 {
			t.Errorf("a process of %v bytes", figures(sample)[results.PeakRSS])
		}
	}
}

func TestAProgramThatDoesNotHostFailsEveryCellAndNotTheRun(t *testing.T) {
	t.Parallel()
	r := newTrialRun(t, groupOf("kept", plain))
	r.Child = func() (*exec.Cmd, error) { return nil, errors.New("no program") }
	out, _, err := r.measure(t, t.Context())
	if err != nil || len(out.Failures) != 3 || out.Measured != 0 || !strings.Contains(out.Failures[0].Error(), "no program") {
		t.Errorf("Measure() = %+v, %v", out, err)
	}
}

func TestARunThatCannotWriteEnds(t *testing.T) {
	t.Parallel()
	r := newTrialRun(t, groupOf("kept", plain))
	r.Results.Close()
	if _, _, err := r.measure(t, t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Measure() = %v, want that the file is closed", err)
	}
}
