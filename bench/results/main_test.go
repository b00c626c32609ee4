package results_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

// fillVariable makes the test binary write results to the file that it names,
// until a write fails.
const fillVariable = "RESULTS_TEST_FILL"

func TestMain(m *testing.M) {
	if path := os.Getenv(fillVariable); path != "" {
		fill(path)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fill writes lines until it cannot, and prints how many it wrote and why it
// stopped.
func fill(path string) {
	limitFileSize()
	w, err := results.Create(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := 0
	for err == nil {
		if err = w.Line(fmt.Sprintf("Fanout/work=noop/strategy=s%d", lines), 1, map[string]float64{results.NsPerTask: 1.5}); err == nil {
			lines++
		}
	}
	fmt.Printf("%d %v\n", lines, err)
}

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
