package stats_test

import (
	"math"
	"testing"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestLogsTurnFactorsIntoSteps(t *testing.T) {
	got := stats.Logs([]float64{0.5, 2, 1})
	for i, want := range []float64{-math.Ln2, math.Ln2, 0} {
		near(t, "logarithm", got[i], want, 1e-15)
	}
}

func TestLogsLeaveOutWhatHasNone(t *testing.T) {
	got := stats.Logs([]float64{0, -1, math.NaN(), math.Inf(1), math.E})
	if len(got) != 1 || got[0] != 1 {
		t.Errorf("got %v, want the logarithm of e alone", got)
	}
}

func TestExpKeepsAnUnboundedIntervalUnbounded(t *testing.T) {
	log := must(stats.HodgesLehmann([]float64{math.Log(1.25)}, 0.95))
	got := log.Exp()
	near(t, "estimate", got.Estimate, 1.25, 1e-15)
	if got.Low != 0 || !math.IsInf(got.High, 1) || got.Reason == "" || got.N != 1 {
		t.Errorf("got %+v, want 0 to +Inf with its reason", got)
	}
}
