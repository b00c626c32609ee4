package load

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"
)

// sound is the evidence of a run that nothing is wrong with.
func sound() evidence {
	return evidence{
		window: time.Second, counts: Counts{Sent: 20_000, Received: 20_000}, planned: 20_000, sent: 20_000, results: 20_000,
		busy: 0.5, lagP99: 100 * time.Microsecond, p50: time.Millisecond,
		halfP50: [2]time.Duration{time.Millisecond, time.Millisecond}, halfN: [2]int64{10_000, 10_000}, replies: [2]int64{10_000, 10_000},
	}
}

func TestVerdictNamesEachCauseAndOnlyThat(t *testing.T) {
	const us = time.Microsecond
	for _, c := range []struct {
		name string
		edit func(*evidence)
		want Cause // "": valid
	}{
		{"nothing wrong", func(*evidence) {}, ""},
		{"a request without an outcome", func(e *evidence) { e.counts.Received-- }, Books},
		{"ended early", func(e *evidence) { e.early = errors.New("interrupted") }, Incomplete},
		{"one reply wrong", func(e *evidence) { e.counts.Received--; e.counts.Wrong++ }, Failures},
		{"bytes nobody asked for", func(e *evidence) { e.counts.ExtraBytes = 1 }, Failures},
		{"one reply missing", func(e *evidence) { e.counts.Received--; e.counts.Unanswered++ }, Unanswered},
		{"an idle connection lost", func(e *evidence) { e.counts.IdleLost = 1 }, Disconnected},
		{"nothing measured", func(e *evidence) { e.results, e.p50, e.lagP99 = 0, 0, 0 }, Empty},
		{"one per cent not sent", func(e *evidence) { e.sent = 19_800 }, ""},
		{"more than one per cent not sent", func(e *evidence) { e.sent = 19_799 }, Rate},
		{"a lag of 250 us", func(e *evidence) { e.lagP99 = 250 * us }, ""},
		{"a lag above 250 us", func(e *evidence) { e.lagP99 = 251 * us }, Lag},
		{"a lag of a tenth of a slow response", func(e *evidence) {
			e.p50, e.lagP99 = 10_000*us, 1000*us
		}, ""},
		{"a lag above a tenth of a slow response", func(e *evidence) {
			e.p50, e.lagP99 = 10_000*us, 1001*us
		}, Lag},
		{"a processor used up", func(e *evidence) { e.busy = 0.96 }, Saturated},
		{"halves a quarter apart", func(e *evidence) { e.halfP50[1] = 1250 * us }, ""},
		{"halves more than a quarter apart", func(e *evidence) { e.halfP50[1] = 1251 * us }, Halves},
		{"halves more than a quarter apart in a ramp", func(e *evidence) { e.ramp = true; e.halfP50[1] = 1251 * us }, ""},
		{"halves less than 50 us apart", func(e *evidence) { e.halfP50 = [2]time.Duration{20 * us, 60 * us} }, ""},
		{"halves of a few requests", func(e *evidence) { e.halfN[0] = 499; e.halfP50[1] = 2000 * us }, ""},
		{"a closed loop that slows down", func(e *evidence) { e.closed = true; e.replies[1] = 7999 }, Halves},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := sound()
			c.edit(&e)
			v := judge(e)
			switch {
			case c.want == "" && !v.Valid:
				t.Errorf("got %v, want it valid", v)
			case c.want != "" && (len(v.Reasons) != 1 || !v.Has(c.want) || v.Valid):
				t.Errorf("got %v, want %s alone", v, c.want)
			}
		})
	}
}

func TestAQuantileIsClaimedWithAHundredRequestsBeyondIt(t *testing.T) {
	for _, c := range []struct {
		q    float64
		n    int64
		want bool
	}{
		{0.5, 0, false}, {0.5, 1, true}, {0.9, 999 - 5, false}, {0.9, 1000, true},
		{0.99, 9_900, false}, {0.99, 10_000, true}, {0.999, 99_000, false}, {0.999, 100_000, true},
	} {
		if got := claimable(c.q, c.n); got != c.want {
			t.Errorf("the quantile %g of %d requests: %t, want %t", c.q, c.n, got, c.want)
		}
	}
}

func TestBenchmarkLineOfAnInvalidRunHasNoLatencies(t *testing.T) {
	for _, c := range []struct {
		name   string
		rate   float64
		server simulatedServer
		units  string
	}{
		{"valid", 20_000, simulatedServer{service: time.Millisecond}, "p50-ns p90-ns p99-ns service-p50-ns service-p99-ns lag-p99-ns req/s gen-cpu-ns/req"},
		{"too few for a 99th percentile", 5000, simulatedServer{service: time.Millisecond}, "p50-ns p90-ns service-p50-ns req/s gen-cpu-ns/req"},
		{"invalid", 20_000, simulatedServer{service: time.Millisecond, dies: 500 * time.Millisecond}, "req/s gen-cpu-ns/req failed-req unanswered-req"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, _ := simulate(t, Options{Connections: 8, Rate: c.rate, Duration: time.Second, Seed: 1}, c.server, 0)
			var text bytes.Buffer
			if err := r.WriteBenchmark(&text, "Echo/load=open/strategy=x"); err != nil {
				t.Fatal(err)
			}
			if !r.Verdict.Valid != strings.HasPrefix(text.String(), "INVALID ") {
				t.Errorf("%v is written as %q", r.Verdict, text.String())
			}
			reader := benchfmt.NewReader(&text, c.name)
			var units []string
			for reader.Scan() {
				if line, ok := reader.Result().(*benchfmt.Result); ok {
					for _, v := range line.Values {
						unit := v.Unit
						if v.OrigUnit != "" {
							unit = v.OrigUnit
						}
						units = append(units, unit)
					}
				}
			}
			if got := strings.Join(units, " "); got != c.units {
				t.Errorf("the units are %q, want %q", got, c.units)
			}
		})
	}
}
