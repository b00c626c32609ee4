package question

import (
	"regexp"
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
	got := strings.Join(texts(t, MemoryUse, e), "\n")
	want := regexp.MustCompile(`^With next to nothing to do, 200 tasks that hash 4KiB, go f\(\) peaks at (7\.9|8\.0)\d MB \[.*\]; processes needs most, 3\d\.\d MB \[.*\] \([34]\.\d\dx \[.*\] more\), its worker processes included\.$`)
	if !want.MatchString(got) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	alone := evidence(t, 6, map[string][]measured{"footprint": under(keys, peak("goroutines", 8))})
	if got := texts(t, MemoryUse, alone); len(got) > 0 {
		t.Errorf("one strategy alone, and %q is said", got)
	}
}
