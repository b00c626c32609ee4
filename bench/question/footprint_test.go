package question

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

func TestTheFootprintNamesWhatNeedsMost(t *testing.T) {
	peak := func(strategy string, mb float64) measured {
		return measured{strategy: strategy, values: map[string]float64{results.PeakRSS: mb * 1e6}}
	}
	const keys = "work=hash/grain=4KiB/tasks=200"
	e := evidence(t, 6, map[string][]measured{"footprint": under(keys, peak("goroutines", 8), peak("mine", 8.5), peak("processes", 32))})
	got := strings.Join(MemoryUse.answer(e), "\n")
	want := regexp.MustCompile(`^With next to nothing to do, 200 tasks of hash 4KiB, go f\(\) peaks at (7\.9|8\.0)\d MB \[.*\], and what needs most is processes with 3\d\.\d MB \[.*\] \([34]\.\d\dx \[.*\]\), its worker processes included\.$`)
	if !want.MatchString(got) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	alone := evidence(t, 6, map[string][]measured{"footprint": under(keys, peak("goroutines", 8))})
	if got := MemoryUse.answer(alone); len(got) > 0 {
		t.Errorf("one strategy alone, and %q is said", got)
	}
}

// Medians of peaks and medians of ratios, which are taken block by block, may have
// different orders where strategies are about level.
func TestTheAnswerAboutMemoryNamesWhomItsFigureNames(t *testing.T) {
	cells := []measured{{strategy: "goroutines", values: map[string]float64{results.PeakRSS: 100e6}, spread: 0.2}}
	for _, name := range []string{"semaphore", "errgroup", "conc", "pond", "ants", "stealing", "handrolled", "workerpool"} {
		cells = append(cells, measured{strategy: name, values: map[string]float64{results.PeakRSS: 50e6}, spread: 0.2})
	}
	apart := false
	for blocks := 6; blocks < 20; blocks++ {
		e := evidence(t, blocks, map[string][]measured{"memory": under("work=sleep/grain=10ms/tasks=10000", cells...)})
		peaks, _ := e.Group("memory").Peaks()
		leanest, _, _ := strings.Cut(MemoryUse.answer(e)[1], " peaks at")
		if figure := MemoryUse.Basis(e).What; !strings.Contains(figure, "with "+strings.TrimPrefix(leanest, "Under a limit of 64, ")+",") {
			t.Errorf("in %d blocks: %q, and the figure is %q", blocks, leanest, figure)
		}
		apart = apart || !slices.IsSortedFunc(peaks, func(a, b Peak) int { return cmp.Compare(a.Memory.Estimate, b.Memory.Estimate) })
	}
	if !apart {
		t.Error("the orders never differ, and so this test shows nothing")
	}
}
