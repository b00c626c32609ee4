package results_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"
	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/results"
)

// create returns a new file's writer and its path.
func create(t *testing.T) (*results.Writer, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.txt")
	w, err := results.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w, path
}

func must(t interface {
	Helper()
	Fatal(...any)
}, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	dir := t.TempDir()
	file := 0
	units := make([]string, len(results.Units))
	for i, u := range results.Units {
		units[i] = u.Name
	}
	rapid.Check(t, func(t *rapid.T) {
		file++
		path := filepath.Join(dir, strings.Repeat("r", file))
		w, err := results.Create(path)
		must(t, err)
		defer os.Remove(path)
		defer w.Close()
		settings := []results.Setting{{"goos", "linux"}, {"cpu", rapid.StringMatching(`[A-Za-z0-9@()]{1,10}( [A-Za-z0-9:]{1,9}){0,2}`).Draw(t, "cpu")}}
		must(t, w.Head(settings))
		want := make(map[string][]results.Sample)
		var order []string
		for range rapid.IntRange(1, 4).Draw(t, "sessions") {
			block := results.Block{
				Number: rapid.IntRange(1, 9999).Draw(t, "block"),
				Group:  rapid.StringMatching(`[a-z][a-z0-9]{0,9}`).Draw(t, "group"),
				Seed:   rapid.Uint64().Draw(t, "seed"),
				Steal:  rapid.IntRange(-1, 999).Draw(t, "steal"),
			}
			must(t, w.Block(block))
			for range rapid.IntRange(1, 4).Draw(t, "lines") {
				name := "Fanout/work=" + rapid.StringMatching(`[a-z]{1,2}`).Draw(t, "work") + "/strategy=ants"
				values := rapid.MapOfN(rapid.SampledFrom(units), rapid.Float64Range(0.001, 1e9), 1, 5).Draw(t, "values")
				n := rapid.IntRange(1, 1_000_000).Draw(t, "n")
				must(t, w.Line(name+"-2", n, values))
				if want[name] == nil {
					order = append(order, name)
				}
				sample := results.Sample{Block: block, N: n}
				for unit, v := range values {
					sample = sample.With(unit, v)
				}
				want[name] = append(want[name], sample)
			}
		}
		must(t, w.Close())
		set, err := results.Open(path)
		must(t, err)
		if !slices.Equal(set.Settings, settings) {
			t.Fatalf("head %v, want %v", set.Settings, settings)
		}
		var names []string
		for _, cell := range set.Cells {
			names = append(names, cell.Name)
			if set.Cell(cell.Name) != cell || cell.Base != "Fanout" || cell.Keys["strategy"] != "ants" {
				t.Fatalf("cell %+v", cell)
			}
			for i, sample := range cell.Samples {
				same(t, sample, want[cell.Name][i])
			}
			if len(cell.Samples) != len(want[cell.Name]) {
				t.Fatalf("%d samples of %s, want %d", len(cell.Samples), cell.Name, len(want[cell.Name]))
			}
		}
		if !slices.Equal(names, order) {
			t.Fatalf("cells %q, want %q", names, order)
		}
	})
}

// same compares samples; five digits of a value are kept.
func same(t *rapid.T, got, want results.Sample) {
	if got.Block != want.Block || got.N != want.N || len(got.Units()) != len(want.Units()) {
		t.Fatalf("sample %+v, want %+v", got, want)
	}
	for _, unit := range want.Units() {
		v, _ := want.Value(unit)
		if g, ok := got.Value(unit); !ok || math.Abs(g-v) > 1e-4*v {
			t.Fatalf("%v %s, want %v", g, unit, v)
		}
	}
}

func TestALineHasItsUnitsInOrderAndOnlyFiniteValues(t *testing.T) {
	w, path := create(t)
	must(t, w.Line("Fanout/strategy=ants-2", 1000, map[string]float64{
		results.BPerTask: 0, results.XRef: 1.25, results.NsPerTask: 123456.7,
		results.Efficiency: math.NaN(), results.DoneP50: math.Inf(1), results.DoneP99: math.Inf(-1),
	}))
	got, err := os.ReadFile(path)
	must(t, err)
	if want := "BenchmarkFanout/strategy=ants-2\t1000\t1.2346e+05 ns/task\t1.25 x-ref\t0 B/task\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestALineThatSaysNothingIsRefused(t *testing.T) {
	w, path := create(t)
	for _, values := range []map[string]float64{nil, {}, {results.NsPerTask: math.NaN()}} {
		if err := w.Line("Fanout/strategy=ants", 1, values); err == nil || !strings.Contains(err.Error(), "Fanout/strategy=ants") {
			t.Errorf("%v: %v, want an error that names the line", values, err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || len(got) != 0 {
		t.Errorf("%q is in the file, %v", got, err)
	}
}

func TestTheHeadHasOneLineASetting(t *testing.T) {
	w, path := create(t)
	must(t, w.Head([]results.Setting{{"cpu", "a  name\n with\tspaces "}, {"host", ""}, {"commit", " \n"}, {"goos", "linux"}}))
	must(t, w.Line("Fanout/strategy=ants", 1, map[string]float64{"x": 1}))
	set, err := results.Open(path)
	must(t, err)
	want := []results.Setting{{"cpu", "a name with spaces"}, {"goos", "linux"}}
	if !slices.Equal(set.Settings, want) {
		t.Errorf("head %q, want %q", set.Settings, want)
	}
	if set.Setting("goos") != "linux" || set.Setting("host") != "" {
		t.Errorf("goos is %q and host %q", set.Setting("goos"), set.Setting("host"))
	}
}

func TestCreateRefusesAFileThatExists(t *testing.T) {
	w, path := create(t)
	must(t, w.Line("Fanout/strategy=ants", 1, map[string]float64{"x": 1}))
	if _, err := results.Create(path); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("Create() = %v, want that %s exists", err, path)
	}
	if _, err := results.Open(path); err != nil {
		t.Errorf("what was there is spoilt: %v", err)
	}
	if _, err := results.Create(filepath.Join(t.TempDir(), "no", "folder")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Create() = %v, want that there is no folder", err)
	}
}

func TestWritingToAClosedFileIsAnError(t *testing.T) {
	w, _ := create(t)
	must(t, w.Close())
	if err := w.Block(results.Block{Number: 1, Group: "submit"}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Block() = %v", err)
	}
	if err := w.Close(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a second Close() = %v", err)
	}
}

func TestTheFormatsOwnReaderKnowsOurUnits(t *testing.T) {
	var b bytes.Buffer
	var names []string
	for _, u := range results.Units {
		names = append(names, u.Name)
	}
	must(t, results.WriteUnits(&b, names...))
	reader := benchfmt.NewReader(&b, "units")
	for reader.Scan() {
		if err, bad := reader.Result().(*benchfmt.SyntaxError); bad {
			t.Error(err)
		}
	}
	units := reader.Units()
	for _, u := range results.Units {
		if u.Better != "lower" && u.Better != "higher" || u.Doc == "" {
			t.Errorf("unit %+v: want a direction and a doc", u)
		}
		if got := units.GetBetter(u.Name); (got > 0) != (u.Better == "higher") || got == 0 {
			t.Errorf("%s: the format reads its direction as %d, want %s", u.Name, got, u.Better)
		}
	}
	seen := make(map[string]bool)
	for _, u := range results.Units {
		if seen[u.Name] {
			t.Errorf("unit %s stands twice", u.Name)
		}
		seen[u.Name] = true
	}
}

func TestBenchstatCanLayResultsOutByStrategy(t *testing.T) {
	w, path := create(t)
	must(t, w.Head([]results.Setting{{"goos", "linux"}}))
	for block := range 6 {
		must(t, w.Block(results.Block{Number: block + 1, Group: "submit", Seed: 1, Steal: 0}))
		for i, strategy := range []string{"goroutines", "ants"} {
			must(t, w.Line("Fanout/work=noop/strategy="+strategy+"-2", 1000, map[string]float64{results.NsPerTask: float64(100*(i+1) + block)}))
		}
	}
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	var parser benchproc.ProjectionParser
	column, err := parser.Parse("/strategy", nil)
	must(t, err)
	row, err := parser.Parse("/work", nil)
	must(t, err)
	counts := make(map[string]int)
	reader := benchfmt.NewReader(file, path)
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			t.Error(record)
		case *benchfmt.Result:
			counts[row.Project(record).String()+" "+column.Project(record).String()]++
		}
	}
	want := map[string]int{"/work:noop /strategy:goroutines": 6, "/work:noop /strategy:ants": 6}
	if !reflect.DeepEqual(counts, want) {
		t.Errorf("benchstat's cells are %v, want %v", counts, want)
	}
}
