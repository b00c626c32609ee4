package bench

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
)

// A noisyMachine answers probes as a shared machine does: every figure varies,
// a fifth of the turns are disturbed, and for some nobody vouches.
type noisyMachine struct {
	rng               *rand.Rand
	closed            float64 // requests per second
	server, generator float64 // ns a request that comes alone
	asked             []Traffic
	of                []capacity
}

func (m *noisyMachine) probe(c Cell, of capacity) (turns []experiment.Turn, err error) {
	m.asked, m.of = append(m.asked, c.Traffic), append(m.of, of)
	process := math.Exp(0.02 * m.rng.NormFloat64())
	for range probeTurns {
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
	return turns, nil
}

func TestTheCommonCapacityIsTheSameEachTimeHoweverNoisyTheMachine(t *testing.T) {
	const series, repetitions, most = 500, 6, 1.10
	rng := rand.New(rand.NewPCG(1, 2))
	spread := 0
	for range series {
		var rates []float64
		for range repetitions {
			m := noisyMachine{rng: rng, closed: 170e3, server: 15e3, generator: 13e3}
			found, err := prober(m.probe).saturation(Cell{Traffic: open(60, 10_000)}, 2, 1)
			if err != nil {
				t.Fatal(err)
			}
			rates = append(rates, found.rate)
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
	exact := func(closed, server, generator float64) prober {
		return func(Cell, capacity) ([]experiment.Turn, error) {
			return []experiment.Turn{{Ops: 1, Wall: 1, Values: map[string]float64{
				results.ReqRate: closed, results.CPUNsPerReq: server, results.GenCPU: generator,
			}}}, nil
		}
	}
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
		found, err := exact(row.closed, row.server, row.generator).saturation(Cell{Traffic: open(60, 1)}, row.cpus, row.threads)
		if err != nil || math.Abs(found.rate-row.want) > 1e-6*row.want {
			t.Errorf("%s: %+v, %v, want %v", row.what, found, err, row.want)
		}
	}
}

func TestTheCostOfARequestIsTakenAtATenthOfTheClosedRate(t *testing.T) {
	m := noisyMachine{rng: rand.New(rand.NewPCG(1, 2)), closed: 100e3, server: 15e3, generator: 10e3}
	found, err := prober(m.probe).saturation(Cell{Traffic: open(60, 10_000)}, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, asked := range m.asked {
		want := Traffic{Load: ClosedLoop}
		if i >= probeProcesses {
			want = Traffic{Load: OpenLoop, Percent: 10}
			if m.of[i].Common != found.closed {
				t.Errorf("probe %d takes its rate of %v, the closed loop has %v", i, m.of[i].Common, found.closed)
			}
		}
		if asked.Load != want.Load || asked.Percent != want.Percent {
			t.Errorf("probe %d is %+v, want %+v", i, asked, want)
		}
	}
}

func TestACapacityThatCannotBeFoundSaysWhy(t *testing.T) {
	broken := errors.New("broken")
	for _, row := range []struct {
		what  string
		turns []experiment.Turn
		err   error
		want  string
	}{
		{"no process", nil, broken, "broken"},
		{"nothing valid", []experiment.Turn{{Wall: time.Second, Note: "all were late"}}, nil, "measure req/s: the load was not valid: all were late"},
		{"no figure", []experiment.Turn{{Wall: time.Second, Values: map[string]float64{results.ReqRate: 5}}}, nil, "measure cpu-ns/req: no turn has it"},
	} {
		probe := prober(func(Cell, capacity) ([]experiment.Turn, error) { return row.turns, row.err })
		if _, err := probe.saturation(Cell{}, 2, 1); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.what, err, row.want)
		}
	}
}
