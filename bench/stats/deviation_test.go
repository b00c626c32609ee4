package stats_test

import (
	"testing"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestStandardDeviationAgreesWithR(t *testing.T) {
	near(t, "sd", must(stats.StandardDeviation([]float64{3.1, -2, 7.5, 0.25, 4, 4, 11})), 4.3227939598189984, 1e-14)
	if _, err := stats.StandardDeviation([]float64{1}); err == nil {
		t.Error("one value has a standard deviation")
	}
}
