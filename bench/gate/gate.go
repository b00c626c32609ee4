package gate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/strategies/proc"
)

// A Gate is one comparison, from its request to its verdict.
type Gate struct {
	// Say is told what happens, a line at a time; nil for nobody.
	Say func(line string)

	// Progress is told after every pair; nil for nobody.
	Progress func(Progress)

	dir      string // the module's folder, or wherever the command was given
	out      string
	plan     *Plan
	space    *workspace
	both     [2]side
	leftOut  int // benchmarks, by --max-cells
	journal  *journal
	trial    *trial.Trial
	arms     []arm
	tallies  []tally // by arm
	rng      *rand.Rand
	spent    time.Duration // of the budget
	allocs   map[int]AllocFinding
	entries  []Entry
	measured bool // a pair is in the journal
}

// A tally counts an arm's pairs.
type tally struct {
	taken, redone int
	inStage       int // taken, in the stage that is open
}

// A Progress says how far a gate is.
type Progress struct {
	Stage string
	Done  int // pairs, of those that the stage will have as far as is known
	Of    int
	Left  time.Duration // at the most
}

// Begin fixes the plan of a new gate in the folder out, which is made and must
// be empty: it builds both sides of what the request names in dir and finds the
// benchmarks that they share.
func (g *Gate) Begin(ctx context.Context, dir, out string, r Request) (err error) {
	if err := r.Validate(); err != nil {
		return err
	}
	g.dir, g.out = dir, out
	g.plan = &Plan{Version: planVersion, Request: r, Made: time.Now().UTC().Truncate(time.Second), By: machine.Commit(), Rules: trial.Default}
	if g.space, err = newWorkspace(); err != nil {
		return err
	}
	if err := g.prepare(ctx); err != nil {
		return err
	}
	if err := makeEmpty(out); err != nil {
		return err
	}
	if err := g.plan.write(out); err != nil {
		return err
	}
	return g.open()
}

// makeEmpty makes a folder, or makes sure that it holds nothing.
func makeEmpty(dir string) error {
	if err := CheckEmpty(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder for the verdict; choose another with --out: %w", err)
	}
	return nil
}

// CheckEmpty returns an error when a folder for a new gate holds something.
func CheckEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look into the folder for the verdict; choose another with --out: %w", err)
	case len(entries) > 0:
		return fmt.Errorf("--out %s is not empty: choose another folder, or go on with an interrupted gate with --resume %s", dir, dir)
	}
	return nil
}

// Resume takes up the gate that was begun in the folder out. It builds both
// sides again, as the plan says, and replays what the journal holds.
func (g *Gate) Resume(ctx context.Context, dir, out string) (err error) {
	g.dir, g.out = dir, out
	if g.plan, err = readPlan(out); err != nil {
		return err
	}
	if g.space, err = newWorkspace(); err != nil {
		return err
	}
	if g.both, err = g.space.sides(ctx, dir, g.plan.Request, [2]string{g.plan.Base.Commit, g.plan.Head.Commit}); err != nil {
		return fmt.Errorf("resume %s: %w", out, err)
	}
	if err := g.rebuild(ctx); err != nil {
		return fmt.Errorf("resume %s: %w", out, err)
	}
	if err := g.permitted(); err != nil {
		return fmt.Errorf("resume %s: %w", out, err)
	}
	return g.open()
}

// permitted makes sure that what the plan measures under can be had here too:
// otherwise every pair would fail, and the journal would say so for good.
func (g *Gate) permitted() error {
	if g.plan.Stops && !proc.CanStop {
		return errors.New("it was begun where processes can be stopped, and here they cannot: resume it there, or start a new gate")
	}
	for _, policy := range g.plan.Policies {
		if err := scheduler.Permitted(policy); err != nil {
			return fmt.Errorf("it was begun under the scheduler %s, which is not to be had here: %w; resume it with the rights it was begun with, or start a new gate", policy, err)
		}
	}
	return nil
}

// rebuild builds what the plan was made with, and makes sure that it is the
// same.
func (g *Gate) rebuild(ctx context.Context) error {
	if r := g.plan.Request; r.BaseBin != "" {
		for i, path := range []string{r.BaseBin, r.HeadBin} {
			if err := g.both[i].prebuilt(g.space, g.dir, path); err != nil {
				return fmt.Errorf("--%s-bin: %w", sideNames[i], err)
			}
		}
	} else if err := g.link(ctx, g.packages(), 0, 1); err != nil {
		return err
	}
	if err := g.hash(); err != nil {
		return err
	}
	for i, planned := range []Origin{g.plan.Base, g.plan.Head} {
		for pkg, sum := range g.both[i].origin.Hashes {
			if planned.Hashes[pkg] != sum {
				return fmt.Errorf("the build of %s is not the one that the gate was begun with (%s): go back to it, or start a new gate", sideNames[i], planned.Label)
			}
		}
	}
	return nil
}

// open begins the journal, or replays it.
func (g *Gate) open() error {
	var err error
	var entries []Entry
	if g.journal, entries, err = openJournal(g.out); err != nil {
		return err
	}
	// What is resumed draws anew, so that no two pairs share their coin flips.
	g.rng = seeds(g.plan.Request.Seed+uint64(len(entries)), forPairs)
	return g.replay(filepath.Join(g.out, journalFile), entries)
}

// Close removes what the gate made outside its folder.
func (g *Gate) Close() error {
	var errs []error
	if g.journal != nil {
		errs = append(errs, g.journal.close())
	}
	if g.space != nil {
		errs = append(errs, g.space.remove())
	}
	return errors.Join(errs...)
}

// Measure takes the gate to its end, or until the context ends: it can be
// resumed then.
func (g *Gate) Measure(ctx context.Context) error {
	g.forecast()
	return g.measureWith(ctx, meter{base: &g.both[0], head: &g.both[1], stops: g.plan.Stops, patience: g.patience()})
}

// A measurer measures what a gate asks for. An error is about the benchmark, unless
// the context has ended.
type measurer interface {
	pair(ctx context.Context, benchmark Benchmark, policy Policy, layout int, seed uint64) (Pair, error)
	allocs(ctx context.Context, rule AllocRule, index int, benchmark Benchmark, seed uint64) (AllocFinding, error)
}

func (g *Gate) measureWith(ctx context.Context, m measurer) error {
	if err := g.measureAllocs(ctx, m); err != nil {
		return err
	}
	for g.trial.Stage() != trial.Done {
		if err := g.linkAhead(ctx); err != nil {
			return err
		}
		if err := g.fill(ctx, m); err != nil {
			return err
		}
		if err := g.decide(); err != nil {
			return err
		}
	}
	return nil
}

// record writes an entry down and then acts on it, so that a replay does the
// same.
func (g *Gate) record(e Entry) error {
	if err := g.journal.add(e); err != nil {
		return err
	}
	return g.apply(e)
}

// measureAllocs judges the allocations of every benchmark whose are not judged yet.
func (g *Gate) measureAllocs(ctx context.Context, m measurer) error {
	if g.plan.Request.SkipAllocs {
		return nil
	}
	spent := time.Duration(0)
	for i, benchmark := range g.plan.Benchmarks {
		if _, done := g.allocs[i]; done {
			continue
		}
		begin := time.Now()
		finding, err := m.allocs(ctx, g.plan.Allocs, i, benchmark, g.plan.Request.Seed+uint64(i))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			finding = unmeasured(i, err)
		}
		finding.Spent = time.Since(begin)
		spent += finding.Spent
		if err := g.record(Entry{Allocs: &finding}); err != nil {
			return err
		}
		g.progress("allocations", i+1, len(g.plan.Benchmarks))
	}
	if spent > 0 {
		g.say("allocations: counted in %v, besides the budget", spent.Round(100*time.Millisecond))
	}
	return nil
}

// fill measures the pairs that the open look lacks, in blocks: each arm that
// still lacks one, in random order.
func (g *Gate) fill(ctx context.Context, m measurer) error {
	for {
		var lacking []int
		todo := 0
		for i := range g.arms {
			if n := g.trial.Want(i); n > 0 {
				lacking = append(lacking, i)
				todo += n
			}
		}
		if len(lacking) == 0 {
			return nil
		}
		for k, at := range g.rng.Perm(len(lacking)) {
			i := lacking[at]
			if err := ctx.Err(); err != nil {
				return err
			}
			if g.left() < -g.grace() {
				if err := g.record(Entry{Drop: &Drop{Arm: i, Late: true, Reason: "the budget ended before it had its pairs: raise --budget"}}); err != nil {
					return err
				}
				continue
			}
			if err := g.measure(ctx, m, i); err != nil {
				return err
			}
			g.progress(string(g.trial.Stage()), k+1, todo)
		}
	}
}

// measure measures one pair of an arm, or gives the arm up.
func (g *Gate) measure(ctx context.Context, m measurer, i int) error {
	a := g.arms[i]
	benchmark, layout := g.plan.Benchmarks[a.benchmark], g.deal(i)
	// Where a pair was redone, the look needs a layout more than it said.
	if err := g.link(ctx, []string{benchmark.Package}, layout, layout+1); err != nil {
		return err
	}
	begin := time.Now()
	p, err := m.pair(ctx, benchmark, a.policy, layout, g.rng.Uint64())
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var refused *stock.HostError
	if errors.As(err, &refused) {
		return err // which is no benchmark's fault, and may be gone when the gate is resumed
	}
	if err != nil {
		return g.record(Entry{Drop: &Drop{Arm: i, Reason: err.Error(), Took: time.Since(begin)}})
	}
	p.Arm, p.Stage, p.Redo = i, g.trial.Stage(), p.disturbed(benchmark.Exchanges, g.plan.Rules)
	if err := g.record(Entry{Pair: &p}); err != nil {
		return err
	}
	if n := g.tallies[i]; p.Redo != "" && g.plan.Rules.GivesUp(n.redone, n.taken) {
		return g.record(Entry{Drop: &Drop{Arm: i, Reason: fmt.Sprintf("%d of its %d pairs were disturbed, the last because %s", n.redone, n.taken, p.Redo)}})
	}
	return nil
}

// stageLayouts returns the layouts of the stage that is open, as the number of
// the first and how many they are. The screen and the confirm stage each have
// layouts of their own.
func (g *Gate) stageLayouts() (first, n int) {
	if g.trial.Stage() == trial.Confirm && g.plan.Layouts > 1 {
		return g.plan.ScreenLayouts, g.plan.Layouts - g.plan.ScreenLayouts
	}
	return 0, g.plan.ScreenLayouts
}

// deal returns the layout of an arm's next pair, which both sides have by number.
// When all have been dealt it begins anew.
func (g *Gate) deal(i int) int {
	first, n := g.stageLayouts()
	return first + g.tallies[i].inStage%n
}

// decide closes the look and opens the next.
func (g *Gate) decide() error {
	first := g.trial.Stage() == trial.Screen && g.trial.Look() == 1
	d, err := g.trial.Decide(g.left(), time.Duration(g.plan.Rules.ConfirmGrace*float64(g.grace())))
	if err != nil {
		return err
	}
	if err := g.record(Entry{Decision: &d}); err != nil {
		return err
	}
	if first {
		g.refine()
	}
	if d.Stage == trial.Confirm && d.Look == 1 {
		g.say("%s to confirm with fresh pairs of fresh layouts", counted(len(d.Suspects), "suspect"))
	}
	return nil
}

// left is what the budget has left.
func (g *Gate) left() time.Duration { return g.plan.Request.Budget - g.spent }

// grace is by how much the budget may be overdrawn to finish a look.
func (g *Gate) grace() time.Duration {
	return max(time.Duration(g.plan.Rules.Grace*float64(g.plan.Request.Budget)), g.plan.Rules.LeastGrace)
}

func (g *Gate) say(format string, args ...any) {
	if g.Say != nil {
		g.Say(fmt.Sprintf(format, args...))
	}
}

func (g *Gate) progress(stage string, done, of int) {
	if g.Progress != nil {
		g.Progress(Progress{Stage: stage, Done: done, Of: of, Left: max(0, g.left())})
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
