package loadtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

// A noisyMachine answers probes as a shared machine does: every figure varies,
// a fifth of the turns are disturbed, and some are invalid.
type noisyMachine struct {
	rng               *rand.Rand
	closed            float64 // requests per second
	server, generator float64 // ns a request that comes alone
}

func (m noisyMachine) probe() (turns []experiment.Turn) {
	for range 3 {
		process := math.Exp(0.02 * m.rng.NormFloat64())
		for range 6 {
			dearer := process * math.Exp(0.04*m.rng.NormFloat64())
			if m.rng.IntN(5) == 0 {
				dearer *= 1 + 0.6*m.rng.Float64()
			}
			turn := experiment.Turn{Ops: 1, Wall: probeLength, Values: map[string]float64{
				results.ReqRate:     m.closed / dearer,
				results.CPUNsPerReq: m.server * dearer,
				results.GenCPU:      m.generator * dearer * math.Exp(0.04*m.rng.NormFloat64()),
			}}
			if m.rng.IntN(10) == 0 {
				turn.Note = "late"
				delete(turn.Values, results.ReqRate)
			}
			turns = append(turns, turn)
		}
	}
	return turns
}

func TestTheCommonCapacityIsTheSameEachTimeHoweverNoisyTheMachine(t *testing.T) {
	const series, repetitions, most = 500, 6, 1.10
	m := noisyMachine{rng: rand.New(rand.NewPCG(1, 2)), closed: 170e3, server: 15e3, generator: 13e3}
	spread := 0
	for range series {
		var rates []float64
		for range repetitions {
			closed, err := ClosedRate(m.probe())
			if err != nil {
				t.Fatal(err)
			}
			found, err := saturate(closed, m.probe(), 2, 1)
			if err != nil {
				t.Fatal(err)
			}
			rates = append(rates, found.Rate)
		}
		if slices.Max(rates)/slices.Min(rates) > most {
			spread++
		}
	}
	if spread > series/100 {
		t.Errorf("%d of %d series of %d capacities differ by more than a tenth", spread, series, repetitions)
	}
}

func TestTheCommonCapacityFollowsFromWhatRequestsCost(t *testing.T) {
	for _, row := range []struct {
		what                      string
		closed, server, generator float64
		cpus, threads             int
		want                      float64
	}{
		{"the CPUs are the limit", 170e3, 15e3, 10e3, 2, 1, 80e3},
		{"of four CPUs twice as much", 400e3, 15e3, 10e3, 4, 2, 160e3},
		{"the generator's thread is the limit", 1e6, 1e3, 10e3, 2, 1, 100e3},
		{"a closed loop gets through less", 50e3, 15e3, 10e3, 2, 1, 50e3},
	} {
		lone := []experiment.Turn{{Ops: 1, Wall: 1, Values: map[string]float64{results.CPUNsPerReq: row.server, results.GenCPU: row.generator}}}
		found, err := saturate(row.closed, lone, row.cpus, row.threads)
		if err != nil || math.Abs(found.Rate-row.want) > 1e-6*row.want {
			t.Errorf("%s: %+v, %v, want %v", row.what, found, err, row.want)
		}
	}
}

func TestTheCostOfARequestIsTakenAtATenthOfTheClosedRate(t *testing.T) {
	like := workload.Traffic{Load: workload.OpenLoop, Percent: 60, Requests: 10_000, Connections: 64, Idle: 5, Handler: time.Millisecond}
	closed := ClosedProbe(like, workload.PerMessage, 8)
	if want := (workload.Traffic{Load: workload.ClosedLoop, Dispatch: workload.PerMessage, Limit: 8, Connections: 64, Handler: time.Millisecond, Length: probeLength}); closed != want {
		t.Errorf("the closed probe is %+v, want %+v", closed, want)
	}
	lone := LoneProbe(closed)
	lone.Handler = 0
	if got := (Capacity{Common: 1000}).Rate(lone); got != 100 {
		t.Errorf("the lone probe sends %v requests a second where a closed loop has 1000", got)
	}
}

func TestARateIsAShareOfTheCapacityThatItsHandlerHas(t *testing.T) {
	c := Capacity{Common: 1000, Handler: 200}
	for _, row := range []struct {
		traffic workload.Traffic
		want    float64
	}{
		{workload.Traffic{Load: workload.OpenLoop, Percent: 60}, 600},
		{workload.Traffic{Load: workload.OpenLoop, Percent: 150, Handler: time.Millisecond}, 300},
		{workload.Traffic{Load: workload.ClosedLoop, Percent: 60}, 0},
	} {
		if got := c.Rate(row.traffic); got != row.want {
			t.Errorf("%+v: %v requests a second, want %v", row.traffic, got, row.want)
		}
	}
}

func TestACapacityThatCannotBeFoundSaysWhy(t *testing.T) {
	for _, row := range []struct {
		what  string
		turns []experiment.Turn
		want  string
	}{
		{"nothing valid", []experiment.Turn{{Wall: time.Second, Note: "all were late"}}, "measure req/s: the load was not valid: all were late"},
		{"no turn", nil, "measure req/s: no turn has it"},
	} {
		if _, err := ClosedRate(row.turns); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.what, err, row.want)
		}
	}
	for _, missing := range []string{results.CPUNsPerReq, results.GenCPU} {
		values := map[string]float64{results.ReqRate: 5, results.CPUNsPerReq: 5, results.GenCPU: 5}
		delete(values, missing)
		_, err := Saturate(5, []experiment.Turn{{Wall: time.Second, Values: values}})
		if want := "measure " + missing + ": no turn has it"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
