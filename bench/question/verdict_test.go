package question

import (
	"math"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

func TestVerdictsClaimWhatTheEvidenceCarries(t *testing.T) {
	noisy := func(m measured, spread float64) measured { m.spread = spread; return m }
	for _, c := range []struct {
		what    string
		blocks  int
		control measured
		mine    measured
		want    Verdict
	}{
		{"clearly faster", 10, ratio("control", 1), ratio("mine", 0.5), Faster},
		{"clearly slower", 10, ratio("control", 1), ratio("mine", 2), Slower},
		{"no difference", 10, ratio("control", 1), ratio("mine", 1), Same},
		{"a steady difference within the control's noise", 20, noisy(ratio("control", 1), 0.3), noisy(ratio("mine", 0.97), 0.001), Same},
		{"the same with a quiet control", 20, noisy(ratio("control", 1), 0.001), noisy(ratio("mine", 0.97), 0.001), Faster},
		{"a steady difference of less than a hundredth", 20, noisy(ratio("control", 1), 0.0001), noisy(ratio("mine", 0.993), 0.0001), Same},
		{"a steady difference of more", 20, noisy(ratio("control", 1), 0.0001), noisy(ratio("mine", 0.985), 0.0001), Faster},
		{"a difference that drowns in its own noise", 10, ratio("control", 1), noisy(ratio("mine", 0.9), 2), Same},
		{"a control that is off by as much", 10, ratio("control", 0.5), ratio("mine", 0.6), Same},
		{"five processes cannot reach 5 %", 5, ratio("control", 1), ratio("mine", 0.1), Unknown},
		{"six can", 6, ratio("control", 1), ratio("mine", 0.1), Faster},
		{"one process", 1, ratio("control", 1), ratio("mine", 0.1), Unknown},
		{"a control that is hardly ever measured", 10, measured{strategy: "control", values: ratio("control", 1).values, missing: []int{1, 2, 3, 4, 5, 6}}, ratio("mine", 0.1), Unknown},
	} {
		e := evidence(t, c.blocks, map[string][]measured{"submit": {ratio("goroutines", 1), c.control, c.mine}})
		row := e.Group("submit").Row("mine")
		if row.Verdict != c.want {
			t.Errorf("%s: %v, want %v; it is %s where the control is %s", c.what, row.Verdict, c.want,
				Times(row.Ratio), Times(e.Group("submit").Row(bench.Control).Ratio))
		}
		if reference := e.Group("submit").Row(bench.Reference); reference.Verdict != Unknown {
			t.Errorf("%s: the reference is %v than itself", c.what, reference.Verdict)
		}
	}
}

func TestManyComparisonsNeedMoreProcesses(t *testing.T) {
	for _, c := range []struct{ comparisons, want int }{{1, 6}, {2, 7}, {3, 7}, {4, 8}, {13, 10}, {100, 12}} {
		n := Enough(c.comparisons)
		if n != c.want {
			t.Errorf("Enough(%d) = %d, want %d", c.comparisons, n, c.want)
		}
		// By definition: the most extreme outcome passes, with one fewer not.
		if p := float64(c.comparisons) * math.Ldexp(1, 1-n); p > 1-Confidence+1e-12 {
			t.Errorf("with %d processes and %d comparisons the least p-value is %v", n, c.comparisons, p)
		}
		if p := float64(c.comparisons) * math.Ldexp(1, 2-n); p <= 1-Confidence {
			t.Errorf("%d processes would do for %d comparisons: p = %v", n-1, c.comparisons, p)
		}
	}
	cells := []measured{ratio("goroutines", 1), ratio("control", 1)}
	for _, name := range []string{"a", "b", "c", "d"} {
		cells = append(cells, ratio(name, 0.5))
	}
	for blocks, want := range map[int]Verdict{7: Unknown, 8: Faster} {
		if got := evidence(t, blocks, map[string][]measured{"submit": cells}).Group("submit").Row("a").Verdict; got != want {
			t.Errorf("one of four in %d processes: %v, want %v", blocks, got, want)
		}
	}
}

func TestCellsArePairedByBlock(t *testing.T) {
	gaps := ratio("mine", 0.5)
	gaps.missing = []int{2, 5}
	other := ratio("other", 0.25)
	other.missing = []int{5, 7}
	e := evidence(t, 9, map[string][]measured{"submit": {ratio("goroutines", 1), ratio("control", 1), gaps, other}})
	g := e.Group("submit")
	got := Paired(g.Row("mine").Cell, g.Row("other").Cell, results.XRef)
	if len(got) != 6 {
		t.Fatalf("%d pairs of 9 blocks, want 6: three lack one or both", len(got))
	}
	for _, r := range got {
		if math.Abs(r-2) > 0.2 {
			t.Errorf("a pair's ratio is %v, want about 2", r)
		}
	}
	if between := Against(g.Row("mine"), g.Row("other")); between.N != 6 || !between.Covers(2) {
		t.Errorf("got %v from 6 pairs, want 2 in the interval", between)
	}
	if none := Against(g.Row("mine"), nil); !math.IsNaN(none.Estimate) {
		t.Errorf("against nothing there is a ratio: %v", none)
	}
}

func TestRatiosAreCentredAsLogarithms(t *testing.T) {
	if i := RatioOf([]float64{0.5, 2, 0.5, 2, 0.5, 2}); math.Abs(i.Estimate-1) > 1e-12 {
		t.Errorf("twice and half do not cancel: %v", i)
	}
	if i := RatioOf(nil); !math.IsNaN(i.Estimate) || i.Reason == "" {
		t.Errorf("no ratio, and yet %v without a reason", i)
	}
	if i := RatioOf([]float64{-1, 0}); !math.IsNaN(i.Estimate) {
		t.Errorf("what is not positive is no ratio, and yet %v", i)
	}
}

func TestTheReferenceInAnotherPatternIsJudged(t *testing.T) {
	e := evidence(t, 12, map[string][]measured{"results": append(base(ratio("mine", 0.5)), under("pattern=waiteach", ratio("goroutines", 3))...)})
	g := e.Group("results")
	if got := g.row(bench.Reference, workload.WaitEach, "").Verdict; got != Slower {
		t.Errorf("go f() that waits for each is %v, want slower", got)
	}
	if got := g.Row(bench.Reference).Verdict; got != Unknown {
		t.Errorf("the reference is %v than itself", got)
	}
	if n, _ := g.contest(); n != 2 {
		t.Errorf("%d comparisons, want 2", n)
	}
}

func TestNoGroupEndsBeforeItCanSayAnything(t *testing.T) {
	for _, g := range bench.Full.Groups(bench.Selection{Strategies: lineup.All, Servers: lineup.Servers, Python: "python3"}) {
		if g.MostBlock == 0 {
			continue
		}
		comparisons := 0
		for i, c := range g.Cells {
			if i != g.Reference() && c.Strategy != bench.Loop && c.Strategy != bench.Control {
				comparisons++
			}
		}
		least := Enough(comparisons)
		if first := g.Cells[0].Measure; g.Alone || first == bench.Latency || first == bench.Echo {
			least = fewest // medians with their intervals are all that is told
		}
		if g.MostBlock < least {
			t.Errorf("%s ends after %d blocks, and what is told of its %d comparisons takes %d", g.Slug, g.MostBlock, comparisons, least)
		}
	}
}
