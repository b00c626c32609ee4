package bench

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/echo"
)

// newTrafficRun is a trial with servers, each group once.
func newTrafficRun(t *testing.T, groups ...PlannedGroup) *trialRun {
	r := newTrialRun(t, groups...)
	r.Traffic, r.Patience = experiment.Budget{Blocks: 1}, 20*time.Second
	return r
}

// values are those of a cell's first process.
func values(t *testing.T, set *results.Set, c Cell) map[string]float64 {
	t.Helper()
	cell := set.Cell(c.Name())
	if cell == nil {
		t.Fatalf("%s is not in the file", c.Name())
	}
	return figures(cell.Samples[0])
}

func TestTrafficIsMeasuredForEveryPurpose(t *testing.T) {
	t.Parallel()
	// What the generator is for is not to be late; here others are at work.
	for _, row := range []struct {
		slug    string
		traffic workload.Traffic
		units   []string // beside those of every cell
	}{
		{"capacity", closed(0), []string{results.ReqRate, results.XRef, results.Goroutines}},
		{"churn", churning(closed(0)), []string{results.ReqRate}},
		{"idle", idle(), []string{results.OfferedRate}},
		{"failure", panicking(closed(0)), []string{results.ReqRate}},
	} {
		t.Run(row.slug, func(t *testing.T) {
			t.Parallel()
			traffic := brief(row.traffic)
			others := []Cell{serves(traffic, workload.PerMessage, "queue"), serves(traffic, workload.OwnSocket, honestServer.Name)}
			if traffic.Panics > 0 {
				others = nil
			}
			g := trafficGroup(row.slug, traffic, others...)
			if traffic.Panics > 0 {
				g.Cells[0].Strategy = crashing.Name
			}
			r := newTrafficRun(t, g)
			out, set, err := r.measure(t, t.Context())
			if err != nil || len(out.Failures) > 0 || out.Measured != len(g.Cells) {
				t.Fatalf("Measure() = %+v, %v", out, err)
			}
			for _, c := range g.Cells {
				got := values(t, set, c)
				for _, unit := range append(row.units, results.Invalid, results.FailedReq, results.UnansweredReq) {
					if _, ok := got[unit]; !ok && !(got[results.Invalid] > 0) {
						t.Errorf("%s has no %s: %v", c.Name(), unit, got)
					}
				}
				if traffic.Idle > 0 && got[results.Invalid] == 0 && got[results.OpenConns] != float64(traffic.Idle+traffic.Connections) && residentKnown() {
					t.Errorf("%s: %v connections stood", c.Name(), got[results.OpenConns])
				}
			}
		})
	}
}

// residentKnown says whether resident memory is known on this platform.
func residentKnown() bool { now, _ := machine.Resident(os.Getpid()); return now > 0 }

func TestAServerThatIsToCrashIsAnObservationAndAnotherIsAFailure(t *testing.T) {
	t.Parallel()
	traffic := brief(panicking(closed(0)))
	declared := []Cell{serves(traffic, workload.PerConnection, crashing.Name), serves(traffic, workload.PerMessage, raising.Name)}
	r := newTrafficRun(t, trafficGroup("failure", traffic, declared...))
	out, set, err := r.measure(t, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The reference of these tests crashes too, and does not declare it.
	if len(out.Failures) != 1 || out.Failures[0].Cell.Strategy != Reference || !strings.Contains(out.Failures[0].Error(), "the server is gone") ||
		!strings.Contains(out.Failures[0].Error(), "panics, as this workload demands") {
		t.Errorf("failures %v, want that of the one which does not say that it crashes", out.Failures)
	}
	for _, c := range declared {
		if got := values(t, set, c); !(got[results.Crashed] > 0) || !(got[results.FailedReq] > 0) {
			t.Errorf("%s, which says it, has %v", c.Name(), got)
		}
	}
}

func TestAnInvalidRunHasNoFigure(t *testing.T) {
	t.Parallel()
	traffic := brief(closed(0))
	liar := serves(traffic, workload.OwnSocket, mumbling.Name)
	r := newTrafficRun(t, trafficGroup("capacity", traffic, liar))
	out, set, err := r.measure(t, t.Context())
	if err != nil || len(out.Failures) > 0 {
		t.Fatalf("Measure() = %+v, %v", out, err)
	}
	got := values(t, set, liar)
	if got[results.Invalid] != 1 || got[results.FailedReq] < 1 {
		t.Errorf("a server that answers wrong has %v", got)
	}
	for _, unit := range []string{results.ReqRate, results.XRef, results.CPUNsPerReq, results.CPUXRef, results.P50} {
		if v, ok := got[unit]; ok {
			t.Errorf("a server that answers wrong has %v %s", v, unit)
		}
	}
	if !slices.ContainsFunc(r.lines, func(line string) bool {
		return strings.HasPrefix(line, "INVALID "+liar.Name()+": ") && strings.Contains(line, "failed")
	}) {
		t.Errorf("the file does not say why:\n%s", strings.Join(r.lines, "\n"))
	}
}

func TestAServerThatDoesNotServeIsGivenUp(t *testing.T) {
	t.Parallel()
	traffic := brief(closed(0))
	r := newTrafficRun(t, trafficGroup("capacity", traffic, serves(traffic, workload.OwnSocket, refusing.Name), serves(traffic, workload.OwnSocket, "unheard")))
	out, set, err := r.measure(t, t.Context())
	if err != nil || len(out.Failures) != 2 {
		t.Fatalf("Measure() = %+v, %v", out, err)
	}
	for i, want := range []string{"no licence to serve", `neither a strategy nor a server "unheard"`} {
		if got := out.Failures[i].Error(); !strings.Contains(got, want) {
			t.Errorf("failure %q does not say %q", got, want)
		}
	}
	values(t, set, serves(traffic, workload.PerConnection, Reference))
}

func TestAPeerIsMeasuredByItsAddress(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- honestServer.Serve(t.Context(), ln, 1, echo.Options{}) }()
	t.Cleanup(func() {
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	traffic := brief(closed(0))
	mine := serves(traffic, workload.OwnSocket, "mine")
	var got map[string]float64
	for range 5 { // on a busy machine the generator may be late, and every run invalid
		r := newTrafficRun(t, trafficGroup("capacity", traffic, mine))
		r.Peers = map[string]string{"mine": ln.Addr().String()}
		_, set, err := r.measure(t, t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got = values(t, set, mine); got[results.Invalid] == 0 {
			break
		}
	}
	if _, known := got[results.CPUNsPerReq]; known || got[results.ReqRate] <= 0 {
		t.Errorf("of a server in another process is known %v", got)
	}
}

func TestRatesAreSharesOfACapacityThatTheFileNames(t *testing.T) {
	t.Parallel()
	slow := brief(overload(50))
	r := newTrafficRun(t, trafficGroup("overload", slow, serves(slow, workload.PerMessage, "queue")))
	_, set, err := r.measure(t, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Setting(results.HandlerCapacity); !strings.HasSuffix(got, " req/s") {
		t.Errorf("the capacity is %q", got)
	}
	if got := set.Setting(results.CommonCapacity); got != "" {
		t.Errorf("a capacity was measured that no cell needs: %q", got)
	}
	if got := values(t, set, serves(slow, workload.PerMessage, "queue")); got[results.OfferedRate] <= 0 {
		t.Errorf("no rate is given: %v", got)
	}
}

func TestTheFileSaysWhatTheCommonCapacityFollowsFrom(t *testing.T) {
	t.Parallel()
	r := newTrafficRun(t, trafficGroup("rates", brief(open(10, 0))))
	_, set, err := r.measure(t, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		results.CommonCapacity: `^[0-9]+ req/s$`, results.ClosedCapacity: `^[0-9]+ req/s$`, results.LoneDemand: `^server [0-9]+ ns, generator [0-9]+ ns$`,
	} {
		if got := set.Setting(key); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %q", key, got)
		}
	}
}

func TestWithoutACapacityItsSharesAreGivenUp(t *testing.T) {
	t.Parallel()
	r := newTrafficRun(t, trafficGroup("rates", brief(open(50, 0))))
	r.Child = func() (*exec.Cmd, error) { return nil, errors.New("no program") }
	out, _, err := r.measure(t, t.Context())
	if err != nil || len(out.Failures) != 1 || !strings.Contains(out.Failures[0].Error(), "find the capacity that its rate is a share of: no program") {
		t.Errorf("Measure() = %+v, %v", out, err)
	}
}

func TestTheBudgetIsSharedOut(t *testing.T) {
	fan, served := groupOf("kept", plain), trafficGroup("capacity", brief(closed(0)))
	for _, row := range []struct {
		what             string
		groups           []PlannedGroup
		time             time.Duration // as the profile says
		fanouts, traffic time.Duration // of 30 s
	}{
		{"both", []PlannedGroup{fan, served}, 60 * time.Second, 20 * time.Second, 10 * time.Second},
		{"fan-outs", []PlannedGroup{fan}, 40 * time.Second, 30 * time.Second, 20 * time.Second},
		{"traffic", []PlannedGroup{served}, 20 * time.Second, 40 * time.Second, 30 * time.Second},
	} {
		p := &Plan{Groups: row.groups, Budget: experiment.Budget{Time: 40 * time.Second}, Traffic: experiment.Budget{Time: 20 * time.Second}}
		if got := p.Time(); got != row.time {
			t.Errorf("%s: takes %v, want %v", row.what, got, row.time)
		}
		p.Within(30 * time.Second)
		if p.Budget.Time != row.fanouts || p.Traffic.Time != row.traffic || p.Time() != 30*time.Second {
			t.Errorf("%s: %v and %v, together %v", row.what, p.Budget.Time, p.Traffic.Time, p.Time())
		}
	}
}

func TestTraitsAreReadAsTheyAreWritten(t *testing.T) {
	for _, s := range DeclaredTraits(hosted[:2], hostedServers) {
		if s.Value == "" {
			continue // none can, here
		}
		read := ParseTraits(s.Value)
		again := new(traitValues)
		for _, p := range read {
			for _, who := range p.Who {
				again.add(p.Value, who)
			}
		}
		if len(read) == 0 || again.String() != s.Value {
			t.Errorf("%s: %q is read as %v", s.Key, s.Value, read)
		}
	}
	if got := ParseTraits(""); got != nil {
		t.Errorf("nothing is read as %v", got)
	}
}
