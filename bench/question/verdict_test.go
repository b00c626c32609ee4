package question

import (
	"math"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

func TestVerdictsClaimWhatTheEvidenceCarries(t *testing.T) {
	noisy := func(m measured, spread float64) measured { m.spread = spread; return m }
	for _, c := range []struct {
		what    string
		blocks  int
		control measured
		mine    measured
		want    claim.Verdict
	}{
		{"clearly faster", 10, ratio("control", 1), ratio("mine", 0.5), claim.Better},
		{"clearly slower", 10, ratio("control", 1), ratio("mine", 2), claim.Worse},
		{"no difference", 10, ratio("control", 1), ratio("mine", 1), claim.Tied},
		{"a steady difference within the control's noise", 20, noisy(ratio("control", 1), 0.3), noisy(ratio("mine", 0.97), 0.001), claim.Tied},
		{"the same with a quiet control", 20, noisy(ratio("control", 1), 0.001), noisy(ratio("mine", 0.97), 0.001), claim.Better},
		{"a steady difference of less than a hundredth", 20, noisy(ratio("control", 1), 0.0001), noisy(ratio("mine", 0.993), 0.0001), claim.Tied},
		{"a steady difference of more", 20, noisy(ratio("control", 1), 0.0001), noisy(ratio("mine", 0.985), 0.0001), claim.Better},
		{"a difference that drowns in its own noise", 10, ratio("control", 1), noisy(ratio("mine", 0.9), 2), claim.Tied},
		{"a control that is off by as much", 10, ratio("control", 0.5), ratio("mine", 0.6), claim.Tied},
		{"five processes cannot reach 5 %", 5, ratio("control", 1), ratio("mine", 0.1), claim.Undecided},
		{"six can", 6, ratio("control", 1), ratio("mine", 0.1), claim.Better},
		{"one process", 1, ratio("control", 1), ratio("mine", 0.1), claim.Undecided},
		{"a control that is hardly ever measured", 10, measured{strategy: "control", values: ratio("control", 1).values, missing: []int{1, 2, 3, 4, 5, 6}}, ratio("mine", 0.1), claim.Undecided},
	} {
		e := evidence(t, c.blocks, map[string][]measured{"submit": {ratio("goroutines", 1), c.control, c.mine}})
		g := e.group("submit")
		ratios := inTurns(t, e, g)
		if mine := ratios.Of(g.Row("mine").Cell); mine.Verdict != c.want {
			t.Errorf("%s: %v, want %v; it is %s where the control is %s", c.what, mine.Verdict, c.want, mine, ratios.Of(g.Row(bench.Control).Cell))
		}
		for _, name := range []string{bench.Reference, bench.Control} {
			if got := ratios.Of(g.Row(name).Cell).Verdict; got != claim.NotJudged {
				t.Errorf("%s: %s is judged: %v", c.what, name, got)
			}
		}
	}
}

// inTurns compares the rows of a group with the reference.
func inTurns(t *testing.T, e *Evidence, g *Group) *claim.Comparison {
	t.Helper()
	c, err := e.Compare(g, Query{Unit: results.XRef, Baseline: Reference})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestManyComparisonsNeedMoreProcesses(t *testing.T) {
	for _, c := range []struct{ comparisons, want int }{{1, 6}, {2, 7}, {3, 7}, {4, 8}, {13, 10}, {100, 12}} {
		n := claim.Enough(c.comparisons)
		if n != c.want {
			t.Errorf("Enough(%d) = %d, want %d", c.comparisons, n, c.want)
		}
		// By definition: the most extreme outcome passes, with one fewer not.
		if p := float64(c.comparisons) * math.Ldexp(1, 1-n); p > 1-claim.Confidence+1e-12 {
			t.Errorf("with %d processes and %d comparisons the least p-value is %v", n, c.comparisons, p)
		}
		if p := float64(c.comparisons) * math.Ldexp(1, 2-n); p <= 1-claim.Confidence {
			t.Errorf("%d processes would do for %d comparisons: p = %v", n-1, c.comparisons, p)
		}
	}
	cells := []measured{ratio("goroutines", 1), ratio("control", 1)}
	for _, name := range []string{"a", "b", "c", "d"} {
		cells = append(cells, ratio(name, 0.5))
	}
	for blocks, want := range map[int]claim.Verdict{7: claim.Undecided, 8: claim.Better} {
		e := evidence(t, blocks, map[string][]measured{"submit": cells})
		if got := inTurns(t, e, e.group("submit")).Of(e.group("submit").Row("a").Cell).Verdict; got != want {
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
	g := e.group("submit")
	got := claim.Ratios(g.Row("mine").Cell, g.Row("other").Cell, results.XRef)
	if len(got) != 6 {
		t.Fatalf("%d pairs of 9 blocks, want 6: three lack one or both", len(got))
	}
	for _, r := range got {
		if math.Abs(r-2) > 0.2 {
			t.Errorf("a pair's ratio is %v, want about 2", r)
		}
	}
	if none := claim.Ratios(g.Row("mine").Cell, nil, results.XRef); len(none) > 0 {
		t.Errorf("compared with nothing there are ratios: %v", none)
	}
}

func TestRatiosAreCentredAsLogarithms(t *testing.T) {
	if i := claim.Centre([]float64{0.5, 2, 0.5, 2, 0.5, 2}); math.Abs(i.Estimate-1) > 1e-12 {
		t.Errorf("twice and half do not cancel: %v", i)
	}
	if i := claim.Centre(nil); !math.IsNaN(i.Estimate) || i.Reason == "" {
		t.Errorf("no ratio, and yet %v without a reason", i)
	}
	if i := claim.Centre([]float64{-1, 0}); !math.IsNaN(i.Estimate) {
		t.Errorf("what is not positive is no ratio, and yet %v", i)
	}
}

func TestTheReferenceInAnotherPatternIsJudged(t *testing.T) {
	e := evidence(t, 12, map[string][]measured{"results": append(base(ratio("mine", 0.5)), under("pattern=waiteach", ratio("goroutines", 3))...)})
	g := e.group("results")
	ratios := inTurns(t, e, g)
	waits := g.first(func(r *Row) bool { return r.Strategy == bench.Reference && r.Pattern == workload.WaitEach })
	if got := ratios.Of(waits.Cell).Verdict; got != claim.Worse {
		t.Errorf("go f() that waits for each is %v, want worse", got)
	}
	if got := ratios.Of(g.Row(bench.Reference).Cell).Verdict; got != claim.NotJudged {
		t.Errorf("the reference is %v than itself", got)
	}
	if n, _ := ratios.Judged(); n != 2 {
		t.Errorf("%d claims are judged, want 2", n)
	}
}

func TestAComparisonThatWasNotMeasuredAsDeclaredIsAnError(t *testing.T) {
	e := evidence(t, 12, map[string][]measured{
		"submit":      base(ratio("mine", 0.5)),
		"contention8": under("submitters=8", base(ratio("mine", 0.5))...),
	})
	across := &Baseline{
		Name: "one submitter, as if they had taken turns", Design: claim.InTurns,
		of:     OneSubmitter.of,
		judged: OneSubmitter.judged,
		noise:  func(*Evidence, *Group, string) float64 { return 0 },
	}
	wrong := &Question{Slug: "wrong", Ask: "Is it wrong?", Parts: []Part{Lengths{bench.FamilyContention.Groups, across}}}
	if a, err := wrong.Answer(e); err == nil || !strings.Contains(err.Error(), "did not take turns") || !strings.Contains(err.Error(), "question wrong") {
		t.Errorf("groups that never took turns are compared: %q, %v", a.Texts(), err)
	}
	if got := texts(t, Contention, e); len(got) == 0 {
		t.Error("by blocks there is no answer")
	}
}

func TestNoGroupEndsBeforeItCanSayAnything(t *testing.T) {
	for _, g := range bench.Full.Groups(bench.Selection{Strategies: lineup.All, Python: "python3"}) {
		if g.MostBlock == 0 {
			continue
		}
		comparisons := 0
		for i, c := range g.Cells {
			if i != g.Reference() && c.Strategy != bench.Loop && c.Strategy != bench.Control {
				comparisons++
			}
		}
		least := claim.Enough(comparisons)
		if first := g.Cells[0].Measure; g.Alone || first == bench.Latency || first == bench.Echo {
			least = claim.Fewest // only medians with their intervals are stated
		}
		if g.MostBlock < least {
			t.Errorf("%s ends after %d blocks, and a verdict on its %d comparisons takes %d", g.Slug, g.MostBlock, comparisons, least)
		}
	}
}

func TestClaimsAreDoubtfulWhereTheControlIsOff(t *testing.T) {
	for x, doubtful := range map[float64]bool{1: false, 1.2: true} {
		e := evidence(t, 12, map[string][]measured{"submit": {ratio("goroutines", 1), ratio("control", x), ratio("mine", 0.5)}})
		g := e.group("submit")
		c := inTurns(t, e, g)
		mine, control := c.Of(g.Row("mine").Cell), c.Of(g.Row(bench.Control).Cell)
		if (len(mine.Doubts) == 1) != doubtful || len(control.Doubts) != 0 {
			t.Errorf("with a control of %v the doubts are %q, those of the control %q", x, mine.Doubts, control.Doubts)
		}
		if doubtful && !strings.HasPrefix(mine.Doubts[0], "The control of the same group should be 1 and is 1.2") {
			t.Errorf("the reason is %q", mine.Doubts[0])
		}
	}
}
