package load

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*want {
		t.Errorf("%s is %.6g, want %.6g within %g %%", what, got, want, 100*tolerance)
	}
}

func seconds(d time.Duration) float64 { return d.Seconds() }

// The requests planned in a stall of S wait S - x, x uniform: with a share S/T
// of all requests in it, one in a hundred waits longer than S - T/100.
func TestAStallIsChargedToEveryRequestItDelayed(t *testing.T) {
	const stall, whole, base = 500 * time.Millisecond, 5 * time.Second, time.Millisecond
	want := seconds(stall - whole/100 + base)
	for _, arrivals := range []Arrivals{Poisson, Uniform} {
		t.Run(arrivals.String(), func(t *testing.T) {
			r, _ := simulate(t, Options{Connections: 64, Rate: 20_000, Arrivals: arrivals, Duration: whole, Seed: 1},
				simulatedServer{service: base, stallFrom: 2 * time.Second, stall: stall}, 0)
			within(t, "the 99th percentile", seconds(r.Response.P99), want, 0.05)
			if r.Counts.Received != r.Counts.Sent || !r.Verdict.Valid {
				t.Errorf("%+v, %v; want every request answered and a valid run", r.Counts, r.Verdict)
			}
		})
	}
}

// A closed loop sends nothing while the server stalls, so that the same stall
// hits one request per connection: it looks five hundred times better.
func TestAClosedLoopHidesTheStallThatAnOpenLoopShows(t *testing.T) {
	server := simulatedServer{service: time.Millisecond, stallFrom: 2 * time.Second, stall: 500 * time.Millisecond}
	o := Options{Connections: 10, Closed: true, Duration: 5 * time.Second, Seed: 1}
	closedLoop, _ := simulate(t, o, server, 0)
	o.Closed, o.Rate = false, closedLoop.Throughput
	openLoop, _ := simulate(t, o, server, 0)

	within(t, "the closed loop's 99th percentile", seconds(closedLoop.Response.P99), 0.001, 0.01)
	within(t, "the open loop's 99th percentile", seconds(openLoop.Response.P99), 0.451, 0.05)
	if closedLoop.Response.Max < 500*time.Millisecond {
		t.Errorf("the closed loop's maximum is %v, want the stall to be there at least", closedLoop.Response.Max)
	}
}

// Mean wait of M/D/1: rho D / (2 (1 - rho)) (Pollaczek and Khinchine).
func TestOneWorkerWithFixedServiceGivesTheWaitOfQueueingTheory(t *testing.T) {
	const d = 100 * time.Microsecond
	for _, rho := range []float64{0.3, 0.5, 0.7} {
		t.Run(fmt.Sprintf("rho %g", rho), func(t *testing.T) {
			r, _ := simulate(t, Options{Connections: 100, Rate: rho / d.Seconds(), Duration: 30 * time.Second, Warmup: time.Second, Seed: 7},
				simulatedServer{workers: 1, service: d}, 0)
			within(t, "the mean wait", seconds(r.Response.Mean-d), rho*d.Seconds()/(2*(1-rho)), 0.10)
		})
	}
}

// L = lambda W, with L counted at the server and inside the generator, lambda
// and W taken from the result.
func TestNumberInFlightObeysLittlesLaw(t *testing.T) {
	for _, o := range []Options{
		{Connections: 64, Rate: 7_000, Duration: 10 * time.Second, Seed: 3},
		{Connections: 64, Rate: 7_000, Arrivals: Uniform, Duration: 10 * time.Second, Seed: 3},
		{Connections: 16, Closed: true, Duration: 10 * time.Second, Seed: 3},
	} {
		r, s := simulate(t, o, simulatedServer{workers: 1, service: 100 * time.Microsecond}, 0)
		w := float64(r.Service.Histogram.Mean()) / 1e9
		within(t, "in flight by Little", r.Throughput*w, r.InFlight, 0.05)
		within(t, "in flight as the server saw it", s.area/float64(s.now-s.core.start), r.InFlight, 0.05)
	}
}

func TestLatencyCountsFromThePlannedMomentWhenTheGeneratorIsLate(t *testing.T) {
	const late, service = 2 * time.Millisecond, time.Millisecond
	r, _ := simulate(t, Options{Connections: 8, Rate: 100, Arrivals: Uniform, Duration: 20 * time.Second, Seed: 1},
		simulatedServer{service: service}, late)
	within(t, "the median lag", seconds(r.Lag.P50), seconds(late), 0.01)
	within(t, "the median service", seconds(r.Service.P50), seconds(service), 0.01)
	within(t, "the median response", seconds(r.Response.P50), seconds(late+service), 0.01)
	if r.Verdict.Valid || !r.Verdict.Has(Lag) {
		t.Errorf("the verdict is %v, want it invalid for the lag", r.Verdict)
	}
}

func TestRequestsWithoutAReplyCountWithTheirAge(t *testing.T) {
	const rate, whole, dies, drain = 1000, 4 * time.Second, 3 * time.Second, time.Second
	r, _ := simulate(t, Options{Connections: 8, Rate: rate, Arrivals: Uniform, Duration: whole, Drain: drain, Seed: 1},
		simulatedServer{service: time.Millisecond, dies: dies}, 0)
	if want := int64(rate * (whole - dies) / time.Second); r.Counts.Unanswered != want || r.Counts.Sent != rate*4 || !r.Counts.Balanced() {
		t.Errorf("%+v, want %d unanswered of %d", r.Counts, want, rate*4)
	}
	// The oldest was planned when the server died and waited until the drain
	// was over; the youngest waited for the drain.
	within(t, "the greatest response", seconds(r.Response.Max), seconds(whole-dies+drain), 0.01)
	if q := r.Response.Histogram.ValueAtQuantile(75.5); time.Duration(q) < drain {
		t.Errorf("the quantile 0.755 is %v, want at least %v: a quarter of the requests was never answered", time.Duration(q), drain)
	}
	if !r.Verdict.Has(Unanswered) {
		t.Errorf("the verdict is %v, want it invalid for the missing replies", r.Verdict)
	}
}

func TestAServerOverItsCapacityIsNoSteadyState(t *testing.T) {
	r, _ := simulate(t, Options{Connections: 8, Rate: 20_000, Duration: 2 * time.Second, Drain: 10 * time.Second, Seed: 1},
		simulatedServer{workers: 1, service: 100 * time.Microsecond}, 0)
	within(t, "the throughput", r.Throughput, 10_000, 0.01)
	if !r.Verdict.Has(Halves) {
		t.Errorf("the verdict is %v, want it invalid for halves that differ", r.Verdict)
	}
}
