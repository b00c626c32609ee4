package report

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"pgregory.net/rapid"
)

// A tester is what both tests and property tests are.
type tester interface {
	Helper()
	Fatal(...any)
}

// write makes a results file: fill writes its lines.
func write(t tester, path string, head []results.Setting, fill func(w *results.Writer)) *question.Evidence {
	t.Helper()
	w, err := results.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Head(head); err != nil {
		t.Fatal(err)
	}
	fill(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	set, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return question.NewEvidence(set)
}

// catalogRun is a run of the full profile under every strategy, with figures
// from a seed, but for some groups.
func catalogRun(t *testing.T, blocks int, without ...string) *question.Evidence {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 3))
	groups := bench.Full.Groups(bench.Selection{Strategies: lineup.All, Servers: lineup.Servers, Python: "python3"})
	return write(t, filepath.Join(t.TempDir(), "results.txt"), []results.Setting{{Key: "go", Value: "go1.99"}}, func(w *results.Writer) {
		for block := 1; block <= blocks; block++ {
			for _, g := range groups {
				if slices.Contains(without, g.Slug) {
					continue
				}
				if err := w.Block(results.Block{Number: block, Group: g.Slug, Seed: 1}); err != nil {
					t.Fatal(err)
				}
				for i, c := range g.Cells {
					if err := w.Line(c.Name()+"-2", 1000, figures(rng, c, float64(1+i))); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}

// figures makes up what one process of a cell measured.
func figures(rng *rand.Rand, c bench.Cell, slow float64) map[string]float64 {
	x := slow / 4 * math.Exp(0.02*rng.NormFloat64())
	if c.Strategy == bench.Reference || c.Strategy == bench.Control {
		x = math.Exp(0.02 * rng.NormFloat64())
	}
	if c.Measure == bench.Echo {
		return served(c.Traffic, x)
	}
	values := map[string]float64{results.XRef: x, results.NsPerTask: 500 * x, results.CPUNsPerTask: 600 * x}
	switch c.Measure {
	case bench.Memory:
		values[results.PeakRSS], values[results.PeakStack], values[results.PeakGoroutines] = 20e6*x, 2e6*x, 1000*x
	case bench.Latency:
		if c.Strategy != bench.Loop {
			values[results.DoneP50], values[results.DoneP99] = 2000*x, 9000*x
		}
	}
	if c.Work == work.Spin.Name {
		length := float64(c.Grain.Duration())
		values[results.Efficiency] = length / (length + 500*x)
	}
	return values
}

// served makes up what one process of a server showed.
func served(t workload.Traffic, x float64) map[string]float64 {
	values := map[string]float64{results.Invalid: 0, results.FailedReq: 0, results.UnansweredReq: 0, results.GenCPU: 9000, results.CPUXRef: x}
	switch {
	case t.Panics > 0:
		values[results.Crashed] = 0
	case t.Idle > 0:
		values[results.BPerConn], values[results.OpenConns] = 4000*x, 10064
	case t.Handler > 0:
		values[results.Answered], values[results.P50], values[results.RSSGrowth], values[results.Starved] = 0.5, 1e6*x, 1e5*x, 3
	case t.Load == workload.OpenLoop:
		values[results.P50], values[results.P99], values[results.OfferedRate] = 5e4*x, 2e5*x, 20_000
	default:
		values[results.ReqRate], values[results.CPUNsPerReq], values[results.XRef] = 1e5/x, 1e4*x, x
	}
	return values
}

func TestEveryStrategyAppearsInEveryFormat(t *testing.T) {
	e := catalogRun(t, 3)
	for name, format := range map[string]Format{"text": Text, "markdown": Markdown} {
		var out strings.Builder
		if err := format(&out, e); err != nil {
			t.Fatal(err)
		}
		for _, s := range lineup.All {
			if !regexp.MustCompile(`(?m)^(\| )?` + s.Name + ` `).MatchString(out.String()) {
				t.Errorf("%s: no row of %s", name, s.Name)
			}
		}
		for _, q := range question.All {
			if !strings.Contains(out.String(), q.Ask) {
				t.Errorf("%s: question %s is not answered", name, q.Slug)
			}
		}
		for _, nonsense := range []string{"NaN", "Inf", "%!", "\x00"} {
			if strings.Contains(out.String(), nonsense) {
				t.Errorf("%s: there is %q in it:\n%s", name, nonsense, out.String())
			}
		}
	}
}

func TestEveryGroupIsInATable(t *testing.T) {
	e := catalogRun(t, 1)
	tables, err := Tables(e)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, of := range tables {
		if err := of.Text(&all); err != nil {
			t.Fatal(err)
		}
		for _, row := range of.Rows {
			if len(row) != len(of.Head) {
				t.Errorf("table %q has a row of %d cells under %d heads: %q", of.Title, len(row), len(of.Head), row)
			}
		}
	}
	whole := all.String()
	for _, g := range e.Groups() {
		left, err := Tables(catalogRun(t, 1, g.Slug))
		if err != nil {
			t.Fatal(err)
		}
		var rest strings.Builder
		for _, of := range left {
			if err := of.Text(&rest); err != nil {
				t.Fatal(err)
			}
		}
		if rest.String() == whole {
			t.Errorf("group %s is in no table", g.Slug)
		}
	}
}

func TestMarkdownTablesAreRegular(t *testing.T) {
	var out strings.Builder
	if err := Markdown(&out, catalogRun(t, 8)); err != nil {
		t.Fatal(err)
	}
	bars := 0
	for line := range strings.Lines(out.String()) {
		switch n := strings.Count(line, "|"); {
		case !strings.HasPrefix(line, "|"):
			bars = 0
		case bars == 0:
			bars = n
		case n != bars:
			t.Errorf("%d bars, want %d as in the line before: %s", n, bars, line)
		}
	}
}

func TestOnlyWhatWasAskedForIsWritten(t *testing.T) {
	var out strings.Builder
	if err := Text(&out, catalogRun(t, 8), "memory"); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	before, answer, found := strings.Cut(text, "\n[memory] ") // the answer comes last
	if !found || strings.Contains(text, "[submit]") || !strings.HasPrefix(before, "Peak with ") ||
		strings.Contains(answer, "\nPeak with ") || strings.Contains(text, "One empty task") {
		t.Errorf("got\n%s", text)
	}
	out.Reset()
	empty := write(t, filepath.Join(t.TempDir(), "results.txt"), nil, func(w *results.Writer) {
		if err := w.Line("Other/strategy=mine", 1, map[string]float64{"ns/op": 5}); err != nil {
			t.Fatal(err)
		}
	})
	if err := Text(&out, empty, "memory"); err != nil {
		t.Fatal(err)
	}
	want := "No negative control was measured often enough to say how far these figures can be trusted.\n\n" +
		"[memory] " + question.MemoryUse.Ask + "\n" +
		"  These results hold nothing on this; \"poolbench run --question memory\" measures it.\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestRatiosCarryTheirVerdict(t *testing.T) {
	e := write(t, filepath.Join(t.TempDir(), "results.txt"), nil, func(w *results.Writer) {
		for block := 1; block <= 9; block++ {
			wobble := 1 + 0.001*float64(block)*float64(1-2*(block%2))
			if err := w.Block(results.Block{Number: block, Group: "submit"}); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				strategy string
				x        float64
				most     int
			}{{"goroutines", 1, 9}, {"control", wobble, 9}, {"fast", 0.5 * wobble, 9}, {"even", wobble, 9}, {"seldom", 0.1, 2}, {"rare", 0.1, 6}} {
				if block > c.most {
					continue
				}
				if err := w.Line("Fanout/pattern=callback/work=noop/strategy="+c.strategy, 1, map[string]float64{results.XRef: c.x}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	want := map[string]string{"goroutines": "1", "control": "1.00 +-1%", "fast": "0.50 +-1%", "even": "1.00 +-1% =", "seldom": "0.10 ?", "rare": "0.10 +-0% ?"}
	tables, err := Tables(e)
	if err != nil {
		t.Fatal(err)
	}
	rows := tables[0].Rows
	if len(rows) != len(want) {
		t.Fatalf("got %d rows, want %d", len(rows), len(want))
	}
	for _, row := range rows {
		if row[1] != want[row[0]] {
			t.Errorf("%s: got %q, want %q", row[0], row[1], want[row[0]])
		}
	}
}

func TestWhatAFileHoldsIsNoMarkup(t *testing.T) {
	const name = `<script>alert(1)</script>|**x**_y_` + "`z`" + `[a](b)\&` + "\x1b[31m"
	e := write(t, filepath.Join(t.TempDir(), "results.txt"), []results.Setting{{Key: "go", Value: "<b>" + name}, {Key: "cpu", Value: "*" + name}}, func(w *results.Writer) {
		for block := 1; block <= 12; block++ {
			if err := w.Block(results.Block{Number: block, Group: "submit"}); err != nil {
				t.Fatal(err)
			}
			for strategy, x := range map[string]float64{"goroutines": 1, "control": 1, name: 0.5} {
				// A slash would begin another key.
				cell := "Fanout/pattern=callback/work=noop/strategy=" + strings.ReplaceAll(strategy, "/", "")
				if err := w.Line(cell, 1, map[string]float64{results.XRef: x, results.NsPerTask: 500 * x}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	var markdown, text strings.Builder
	if err := errors.Join(Markdown(&markdown, e), Text(&text, e)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(markdown.String(), "alert") == false {
		t.Fatal("the name is not in it: something is wrong with the test")
	}
	for _, bad := range []string{"<script", "<b>", "|*", "**x", "*_y", "_`z", "](b", "\x1b"} {
		if strings.Contains(markdown.String(), bad) {
			t.Errorf("Markdown holds %q:\n%s", bad, markdown.String())
		}
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Errorf("text can steer a terminal: %q", text.String())
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAFullDiskIsAnError(t *testing.T) {
	e := catalogRun(t, 1)
	for name, format := range map[string]Format{"text": Text, "markdown": Markdown} {
		if err := format(full{}, e); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// nonsense is what must never be read by anyone.
var nonsense = regexp.MustCompile(`NaN|Inf|%!|\(MISSING\)|nil`)

func TestWhateverWasMeasuredTheReportIsReadable(t *testing.T) {
	dir := t.TempDir()
	file := 0
	groups := bench.Full.Groups(bench.Selection{Strategies: lineup.All[:4], Python: "python3"})
	units := make([]string, len(results.Units))
	for i, u := range results.Units {
		units[i] = u.Name
	}
	odd := []float64{0, 1, 1, 1, -1, 1e-320, 1e308, -1e308, 1e300, 1e-300}
	rapid.Check(t, func(t *rapid.T) {
		file++
		lines := 0
		// Thousands of values are drawn from one seed: rapid would keep each.
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		oddness := rapid.SampledFrom([]float64{0, 0.01, 0.5}).Draw(t, "share of odd values")
		absence := rapid.SampledFrom([]float64{0, 0.1, 0.8}).Draw(t, "share of absent values")
		blocks := rapid.SampledFrom([]int{1, 2, 6, 12}).Draw(t, "blocks")
		chosen := rapid.SliceOfNDistinct(rapid.IntRange(0, len(groups)-1), 1, 6, rapid.ID[int]).Draw(t, "groups")
		e := write(t, filepath.Join(dir, fmt.Sprint(file)), nil, func(w *results.Writer) {
			for block := 1; block <= blocks; block++ {
				for _, i := range chosen {
					g := groups[i]
					if err := w.Block(results.Block{Number: block, Group: g.Slug}); err != nil {
						t.Fatal(err)
					}
					for _, c := range g.Cells {
						values := make(map[string]float64)
						for _, unit := range units {
							switch {
							case rng.Float64() < absence:
							case rng.Float64() < oddness:
								values[unit] = odd[rng.IntN(len(odd))]
							default:
								values[unit] = math.Exp(3 * rng.NormFloat64())
							}
						}
						if len(values) == 0 {
							continue // not measured in this block
						}
						lines++
						if err := w.Line(c.Name(), 1, values); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			if lines == 0 {
				if err := w.Line("Other", 1, map[string]float64{"ns/op": 1}); err != nil {
					t.Fatal(err)
				}
			}
		})
		for _, format := range []Format{Text, Markdown} {
			var out strings.Builder
			if err := format(&out, e); err != nil {
				t.Fatal(err)
			}
			if at := nonsense.FindStringIndex(out.String()); at != nil {
				from, to := max(0, at[0]-200), min(len(out.String()), at[1]+200)
				t.Fatalf("it is not readable: ...%s...", out.String()[from:to])
			}
		}
	})
}
