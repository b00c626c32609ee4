package harness

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/poolbench/poolbench/bench/stats"
)

// What the load generator was measured with: the benchmarks of echo/load, which
// scripts/honesty runs.
const (
	stallFor    = 500 * time.Millisecond
	stallWithin = 5 * time.Second
	serviceTime = time.Millisecond // of the server with one worker

	// mostLag is the 99th percentile of the lag of a generator in time.
	mostLag = 250 * time.Microsecond
)

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*want {
		t.Errorf("%s is %.6g, want %.6g within %g %%", what, got, want, 100*tolerance)
	}
}

// recorded reads a file of results/load: what was measured, by benchmark, unit
// and repetition.
func recorded(t *testing.T, name string) map[string]map[string][]float64 {
	t.Helper()
	file, err := os.Open(filepath.Join(root, "results", "load", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	record := make(map[string]map[string][]float64)
	reader := benchfmt.NewReader(file, name)
	for reader.Scan() {
		line, ok := reader.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		base, parts := line.Name.Parts()
		full := string(base)
		for _, part := range parts {
			if part[0] == '/' { // not the number of CPUs
				full += string(part)
			}
		}
		if record[full] == nil {
			record[full] = make(map[string][]float64)
		}
		for _, v := range line.Values {
			value, unit := v.Value, v.Unit
			if v.OrigUnit != "" {
				value, unit = v.OrigValue, v.OrigUnit
			}
			record[full][unit] = append(record[full][unit], value)
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return record
}

func TestTheRecordNamesTheCommitThatWasMeasured(t *testing.T) {
	for _, name := range []string{"honesty.txt", "generator.txt"} {
		file, err := os.Open(filepath.Join(root, "results", "load", name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		reader := benchfmt.NewReader(file, name)
		for reader.Scan() {
			line, ok := reader.Result().(*benchfmt.Result)
			if !ok {
				continue
			}
			if commit := line.GetConfig("commit"); !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(commit) {
				t.Fatalf("%s was measured at commit %q, which nobody can build again", name, commit)
			}
			if stamp := line.GetConfig("runstamp"); stamp == "" {
				t.Fatalf("%s does not say when it was measured", name)
			}
		}
	}
}

// one is a value that stands once in the honesty record.
func one(t *testing.T, record map[string]map[string][]float64, check, unit string) float64 {
	t.Helper()
	values := record["Honesty/check="+check][unit]
	if len(values) != 1 {
		t.Fatalf("the record has %d values of %s for %s, want one", len(values), unit, check)
	}
	return values[0]
}

func TestTheRecordShowsAStallWholeAndAClosedLoopThatHidesIt(t *testing.T) {
	record := recorded(t, "honesty.txt")
	base := one(t, record, "stall/load=open", "p50-ns")
	want := float64(stallFor-stallWithin/100) + base
	within(t, "the open loop's 99th percentile", one(t, record, "stall/load=open", "p99-ns"), want, 0.05)
	// The uncorrected closed loop met the same stall, and shows nothing of it.
	if most := one(t, record, "stall/load=closed", "max-ns"); most < float64(stallFor)*0.95 {
		t.Errorf("the closed loop's slowest reply took %v: it met no stall", time.Duration(most))
	}
	if p99 := one(t, record, "stall/load=closed", "p99-ns"); p99*100 > want {
		t.Errorf("the closed loop's 99th percentile is %v: the record does not show what it hides", time.Duration(p99))
	}
}

func TestTheRecordShowsTheWaitOfQueueingTheory(t *testing.T) {
	record := recorded(t, "honesty.txt")
	alone := one(t, record, "md1/rho=0.5/arrivals=uniform", "mean-ns") // the service, and the way there and back
	for _, rho := range []float64{0.3, 0.5, 0.7} {
		check := fmt.Sprintf("md1/rho=%g/arrivals=poisson", rho)
		wait := one(t, record, check, "mean-ns") - alone
		within(t, "the mean wait in "+check, wait, rho*float64(serviceTime)/(2*(1-rho)), 0.10)
	}
}

func TestTheRecordShowsPoissonArrivalsAtTheServer(t *testing.T) {
	record := recorded(t, "honesty.txt")
	for _, unit := range []string{"times-p", "gaps-p"} {
		if p := one(t, record, "arrivals", unit); p < 0.01 {
			t.Errorf("%s is %.2g, want at least 0.01", unit, p)
		}
	}
}

func TestTheRecordObeysLittlesLawAndLosesNothing(t *testing.T) {
	record := recorded(t, "honesty.txt")
	for name, units := range record {
		for i := range units["in-flight"] {
			within(t, "in flight by Little in "+name, units["in-flight-by-little"][i], units["in-flight"][i], 0.05)
			if units["unanswered-req"][i] != 0 {
				t.Errorf("%s: %v requests were not answered", name, units["unanswered-req"][i])
			}
		}
	}
	if len(record) != 7 {
		t.Errorf("the record has %d checks, want 7", len(record))
	}
}

func TestTheRecordShowsAGeneratorAsCheapAsAPlainClientAndInTime(t *testing.T) {
	record := recorded(t, "generator.txt")
	median := func(client, unit string) float64 {
		values := record["Generator/"+client][unit]
		if len(values) < 5 {
			t.Fatalf("the record has %d values of %s for %s, want 5 at least", len(values), unit, client)
		}
		m, err := stats.Quantile(values, 0.5)
		if err != nil || math.IsNaN(m) {
			t.Fatal(err)
		}
		return m
	}
	plain := median("load=closed/connections=64/client=plain", "gen-cpu-ns/req")
	if ours := median("load=closed/connections=64/client=load", "gen-cpu-ns/req"); ours > 1.10*plain {
		t.Errorf("a request costs the generator %.0f ns of CPU and the plain client %.0f ns: want at most a tenth more", ours, plain)
	}
	if lag := median("load=open/connections=64/client=load", "lag-p99-ns"); lag > float64(mostLag) {
		t.Errorf("at 20,000 requests a second the 99th percentile of the lag is %v, want at most %v", time.Duration(lag), mostLag)
	}
}
