package bench

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stdlib"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
)

// BenchmarkSound is run by the tests below, in a process of its own.
func BenchmarkSound(b *testing.B) {
	forTests(b)
	Run(b, quiet...)
}

// BenchmarkAlone gets one pool, as an outside author gives it.
func BenchmarkAlone(b *testing.B) {
	forTests(b)
	Run(b, queue)
}

// BenchmarkUndeclared gets a strategy without a valid name.
func BenchmarkUndeclared(b *testing.B) {
	forTests(b)
	Run(b, plain, &strategies.Strategy{Name: "no-name"})
}

const testsVariable = "BENCH_TEST_BENCHMARKS"

// forTests skips a benchmark that is there for a test, if all benchmarks of the
// module are run.
func forTests(b *testing.B) {
	if os.Getenv(testsVariable) == "" {
		b.Skip("only the tests of this package run it")
	}
}

// benchmark runs one of this package's benchmarks as go test does.
func benchmark(t *testing.T, pattern string, args ...string) (out []byte, err error) {
	t.Helper()
	cmd, err := proc.Self(append([]string{"-test.run=^$", "-test.bench=" + pattern, "-test.benchtime=1x"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(cmd.Environ(), testsVariable+"=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err = cmd.Output()
	if _, isExit := err.(*exec.ExitError); err != nil && !isExit {
		t.Fatal(err)
	}
	return append(out, stderr.Bytes()...), err
}

func TestRunGivesEveryCellItsNameAndItsUnits(t *testing.T) {
	t.Parallel()
	out, err := benchmark(t, "^BenchmarkSound$/pattern/pool/work=(noop|stack)", "-test.count=2")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	set, err := results.Read(bytes.NewReader(out), "output")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	planned := 0
	for _, g := range Quick.Groups(Selection{Strategies: append(slices.Clone(stdlib.All[1:]), quiet...)}) {
		for _, c := range g.Cells {
			if c.Measure != Fanout || c.Strategy == Control || c.Work != "noop" && c.Work != "stack" {
				continue
			}
			planned++
			cell := set.Cell("Sound/" + c.keys())
			if cell == nil || len(cell.Samples) != 2 {
				t.Errorf("%s: %+v, want it twice", c.keys(), cell)
				continue
			}
			units := []string{results.NsPerTask}
			if c.Strategy != other.Name {
				units = append(units, results.CPUNsPerTask, results.BPerTask, results.AllocsPerTask)
			}
			if c.Strategy != Loop {
				units = append(units, results.SubmitNs)
			}
			for _, unit := range units {
				if _, ok := figures(cell.Samples[0])[unit]; !ok {
					t.Errorf("%s has no %s: %v", c.keys(), unit, figures(cell.Samples[0]))
				}
			}
			if _, ok := figures(cell.Samples[0])["ns/op"]; ok {
				t.Errorf("%s has a time of its loop, in which the checks are", c.keys())
			}
		}
	}
	if planned == 0 || len(set.Cells) != planned {
		t.Errorf("%d cells ran, %d are planned", len(set.Cells), planned)
	}
}

func TestABenchmarkDeclaresTheUnitsThatItReportsAndNoOthers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		pattern string
		all     bool // every unit that is declared is in these rows
	}{
		{"^BenchmarkSound$/pattern/pool/work=noop/grain/tasks=1000/limit/submitters/strategy=queue", true},
		{"^BenchmarkServed$/load=closed/unit=connection/connections=64/payload=64/strategy=goroutines$", false},
		{"^Benchmark(Sound|Served)$/(pattern|load=closed)/(pool|unit=connection)/(work=noop|connections=64)/(grain|payload=64)/(tasks=1000|strategy=goroutines$)/limit/submitters/strategy=queue", false},
	} {
		t.Run(row.pattern, func(t *testing.T) {
			t.Parallel()
			out, err := benchmark(t, row.pattern, "-test.count=3")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			set, err := results.Read(bytes.NewReader(out), "output")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if len(set.Cells) == 0 {
				t.Fatalf("nothing ran:\n%s", out)
			}
			reported := make(map[string]bool)
			for _, c := range set.Cells {
				for unit := range figures(c.Samples[0]) {
					reported[unit] = true
				}
			}
			declared := make(map[string]bool)
			for _, line := range regexp.MustCompile(`(?m)^Unit (\S+) .*$`).FindAllStringSubmatch(string(out), -1) {
				if declared[line[1]] {
					t.Errorf("%s is declared twice:\n%s", line[1], out)
				}
				declared[line[1]] = true
			}
			for unit := range reported {
				if !declared[unit] {
					t.Errorf("%s is reported and not declared:\n%s", unit, out)
				}
			}
			if row.all && len(declared) != len(reported) {
				t.Errorf("declared are %v, reported %v", declared, reported)
			}
			if got := strings.Count(string(out), "Unit "); got != len(declared) {
				t.Errorf("%d declarations are not at the beginning of a line:\n%s", got-len(declared), out)
			}
			reader := benchfmt.NewReader(bytes.NewReader(out), "output")
			for reader.Scan() {
				if err, bad := reader.Result().(*benchfmt.SyntaxError); bad {
					t.Error(err)
				}
			}
			if got := reader.Units().GetBetter(results.NsPerTask); declared[results.NsPerTask] && got >= 0 {
				t.Errorf("the direction of %s is read as %d", results.NsPerTask, got)
			}
		})
	}
}

func TestAPoolIsMeasuredBesideTheWaysOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	out, err := benchmark(t, "^BenchmarkAlone$/pattern/pool/work=noop/grain/tasks=1000/limit/submitters=1/strategy")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	set, err := results.Read(bytes.NewReader(out), "output")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var names []string
	for _, c := range set.Cells {
		names = append(names, c.Keys["strategy"])
	}
	if want := []string{Loop, stdlib.Goroutines.Name, stdlib.Semaphore.Name, queue.Name}; !slices.Equal(names, want) {
		t.Errorf("measured are %v, want %v", names, want)
	}
}

func TestRunRefusesAStrategyThatIsNotDeclaredWell(t *testing.T) {
	t.Parallel()
	out, err := benchmark(t, "^BenchmarkUndeclared$")
	if err == nil || !strings.Contains(string(out), `"no-name"`) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRunFailsWithTheStrategyThatFails(t *testing.T) {
	i := slices.IndexFunc(broken, func(b struct {
		*strategies.Strategy
		want string
	}) bool {
		return b.Name == "doubles"
	})
	r := testing.Benchmark(func(b *testing.B) {
		runCell(b, small(workload.Kept).under("doubles"), broken[i].Strategy, 1)
	})
	if r.N != 0 {
		t.Errorf("a pool that runs tasks twice was measured: %v", r)
	}
}
