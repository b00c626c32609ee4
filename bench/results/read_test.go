package results_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

func read(t *testing.T, text string) *results.Set {
	t.Helper()
	set, err := results.Read(strings.NewReader(text), "file.txt")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const line = "BenchmarkFanout/work=noop/strategy=ants-2 1000 5 ns/task\n"

func TestSamplesKnowTheirSession(t *testing.T) {
	marker := func(block int) string { return fmt.Sprintf("=== block %d group submit seed 7 steal -1\n", block) }
	long := "# " + strings.Repeat("x", 20_000) + "\n" // longer than the reader's buffer
	for name, row := range map[string]struct {
		text string
		want []int // number of each sample's block
	}{
		"before any":                {line + marker(1) + line, []int{0, 1}},
		"one after the other":       {marker(1) + line + line + marker(2) + line, []int{1, 1, 2}},
		"an empty one":              {marker(1) + marker(2) + line, []int{2}},
		"long lines between":        {long + marker(1) + long + line + long + long + marker(2) + line, []int{1, 2}},
		"blank lines between":       {"\n\n" + marker(1) + "\n\n" + line + "\n" + marker(2) + "\n" + line, []int{1, 2}},
		"units and settings":        {marker(1) + "Unit ns/task better=lower\ngoos: linux\n" + line, []int{1}},
		"no newline at the end":     {marker(1) + strings.TrimSpace(line), []int{1}},
		"lines that end as in DOS":  {strings.ReplaceAll(marker(1)+line+marker(2)+line, "\n", "\r\n"), []int{1, 2}},
		"a marker that is cut off":  {marker(1) + line + "=== block 2 group sub\n" + line, []int{1, 1}},
		"a marker that is indented": {marker(1) + " " + marker(2) + line, []int{1}},
		"in the middle of a line":   {marker(1) + "# " + strings.Repeat("x", 4094) + marker(2) + line, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int
			for _, sample := range read(t, row.text).Cells[0].Samples {
				got = append(got, sample.Block.Number)
				if b := sample.Block; b.Number != 0 && (b.Group != "submit" || b.Seed != 7 || b.Steal != -1) {
					t.Errorf("block %+v", b)
				}
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("blocks %v, want %v", got, row.want)
			}
		})
	}
}

func TestACellIsAPackageANameAndANumberOfCPUs(t *testing.T) {
	set := read(t, "BenchmarkFanout/a=1/b=2/c-8 10 1 x\nBenchmarkFanout/a=1/b=2/c-8 20 2 x 3 y\nBenchmarkFanout/a=1/b=2/c 1 1 x\n"+
		"pkg: example.com/a\nBenchmarkFanout/a=1/b=2/c-8 1 1 x\n")
	if len(set.Cells) != 3 {
		t.Fatalf("%d cells, want 3", len(set.Cells))
	}
	for i, want := range []string{"Fanout/a=1/b=2/c-8", "Fanout/a=1/b=2/c", "example.com/a.Fanout/a=1/b=2/c-8"} {
		if c := set.Cells[i]; c.Label() != want || c.Name != "Fanout/a=1/b=2/c" || c.Base != "Fanout" {
			t.Errorf("cell %+v, want %s", c, want)
		}
	}
	cell := set.Cell("Fanout/a=1/b=2/c")
	if cell == nil || cell != set.Cells[0] || cell.Keys["a"] != "1" || cell.Keys["b"] != "2" || len(cell.Keys) != 2 {
		t.Fatalf("cell %+v", cell)
	}
	if got := cell.Values("x"); !slices.Equal(got, []float64{1, 2}) {
		t.Errorf("x: %v", got)
	}
	if got := cell.Values("y"); !slices.Equal(got, []float64{3}) {
		t.Errorf("y: %v, want the one sample that has it", got)
	}
	var none *results.Cell
	if got := none.Values("x"); got != nil {
		t.Errorf("a cell that is not there has values %v", got)
	}
	if set.Cell("Fanout") != nil {
		t.Error("part of a name names a cell")
	}
}

func TestLinesAndChangesOfTheHeadAreKept(t *testing.T) {
	set := read(t, "goos: linux\npkg: a\n"+line+"pkg: b\n"+line+"cpu: x\ngoos:\n"+line)
	if len(set.Settings) != 2 || set.Setting("goos") != "linux" || set.Setting("pkg") != "a" {
		t.Errorf("the head is %v", set.Settings)
	}
	want := []results.Later{{Setting: results.Setting{Key: "cpu", Value: "x"}, Line: 8}, {Setting: results.Setting{Key: "goos"}, Line: 8}}
	if !slices.Equal(set.Later, want) {
		t.Errorf("later it says %v, want %v", set.Later, want)
	}
	if len(set.Cells) != 3 || set.Cells[0].Samples[0].Line != 3 || set.Cells[1].Samples[0].Line != 5 || set.Cells[2].Samples[0].Line != 8 {
		t.Errorf("cells %+v", set.Cells)
	}
	if got := set.Place(5); got != "file.txt:5" {
		t.Errorf("a place is %s", got)
	}
}

func TestASampleIsGivenAUnitWithoutItsLikeBeingTouched(t *testing.T) {
	samples := read(t, "BenchmarkX 1 5 a 6 b\nBenchmarkX 1 7 a 8 b\nBenchmarkX 1 7 b\n").Cells[0].Samples
	one, two := samples[0].With("c", 9), samples[1].With("c", 10)
	for i, row := range []struct {
		sample results.Sample
		want   []float64
	}{{samples[0], []float64{5, 6}}, {samples[1], []float64{7, 8}}, {one, []float64{5, 6, 9}}, {two, []float64{7, 8, 10}}} {
		var got []float64
		for _, unit := range row.sample.Units() {
			v, _ := row.sample.Value(unit)
			got = append(got, v)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("sample %d has %v, want %v", i, got, row.want)
		}
	}
	if !one.SameUnits(&two) || one.SameUnits(&samples[0]) || samples[0].SameUnits(&samples[2]) || !samples[0].SameUnits(&samples[1]) {
		t.Error("SameUnits is wrong")
	}
	if alone := (results.Sample{}).With("c", 1); !slices.Equal(alone.Units(), []string{"c"}) {
		t.Errorf("an empty sample gets %v", alone.Units())
	}
}

func TestValuesStayInTheUnitInWhichTheyWereWritten(t *testing.T) {
	sample := read(t, "BenchmarkX 1 5 ns/op 7 MB/s 3 ns/task 0 ns/other\n").Cells[0].Samples[0]
	for unit, want := range map[string]float64{"ns/op": 5, "MB/s": 7, "ns/task": 3, "ns/other": 0} {
		if got, ok := sample.Value(unit); !ok || got != want {
			t.Errorf("%s is %v, want %v (of %v)", unit, got, want, sample.Units())
		}
	}
}

// What one line says wrongly costs that line alone, and is listed.
func TestALineThatCannotBeReadIsSkippedAndListed(t *testing.T) {
	for name, row := range map[string]struct {
		text, want string // reason
		line       int
	}{
		"no iterations":        {line + "BenchmarkX ns/op\n", "no number of iterations follows the name", 2},
		"a name alone and tab": {line + "BenchmarkX-2 \t\n      10\t 5 ns/op\n", "no number of iterations follows the name", 2},
		"printed text":         {"BenchmarkX-2 \thello\n      10\t 5 ns/op\n" + line, "the benchmark printed something, or failed", 1},
		"printed before":       {line + "helloBenchmarkX-2 \thello      10\t 5 ns/op\n", "something stands before the name", 2},
		"output of grep":       {line + "out.txt:BenchmarkX-2 \t 10\t 5 ns/op\n", "something stands before the name", 2},
		"a failure":            {line + "--- FAIL: BenchmarkX\n    x_test.go:7: boom\n", "the benchmark failed", 2},
		"a failure in place":   {line + "BenchmarkX-2 \t--- FAIL: BenchmarkX-2\n", "printed something, or failed", 2},
		"a panic":              {line + "panic: boom\n\ngoroutine 27 [running]:\n", "a benchmark panicked", 2},
		"a fatal error":        {line + "fatal error: all goroutines are asleep - deadlock!\n", "a benchmark panicked", 2},
		"no values":            {line + "\nBenchmarkX 1\n", "missing measurements", 3},
		"a value without unit": {"BenchmarkX 1 5\n" + line, "missing units", 1},
		"no number":            {"BenchmarkX 1 five ns/op\n" + line, "parsing measurement", 1},
		"too large a number":   {"BenchmarkX 1 1e999 ns/op\n" + line, "parsing measurement", 1},
		"NaN":                  {line + "BenchmarkX 1 NaN ns/op\n", "NaN is no measurement of ns/op", 2},
		"infinity":             {"BenchmarkX 1 +Inf ns/op\n" + line, "+Inf is no measurement of ns/op", 1},
		"a unit twice":         {"BenchmarkX 1 5 ns/op 6 ns/op\n" + line, "unit ns/op stands twice", 1},
		"a unit that differs":  {line + "Unit x better=lower\nUnit x better=higher\n", "metadata better of unit x already set to lower", 3},
		"a name too long":      {line + "Benchmark" + strings.Repeat("x", 40_000) + " 1 1 x\n", "a name of 40000 bytes", 2},
		"a line too long":      {line + "Benchmark" + strings.Repeat("x", 1<<20) + " 1 1 x\n", "the line has more than", 2},
		"too long, at the end": {line + "Benchmark" + strings.Repeat("x", 1<<20), "the line has more than", 2},
	} {
		t.Run(name, func(t *testing.T) {
			set := read(t, row.text)
			if len(set.Skipped) != 1 || set.Skipped[0].Line != row.line || !strings.Contains(set.Skipped[0].Reason, row.want) || len(set.Skipped[0].Text) > 160 {
				t.Errorf("skipped %+v, want line %d: %s", set.Skipped, row.line, row.want)
			}
			if len(set.Cells) != 1 || set.Cells[0].Name != "Fanout/work=noop/strategy=ants" {
				t.Errorf("the line beside it is not read: %+v", set.Cells)
			}
			if err := set.Strict(); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("file.txt:%d: ", row.line)) {
				t.Errorf("Strict() = %v", err)
			}
			_, err := results.Read(strings.NewReader(strings.Replace(row.text, line, "\n", 1)), "file.txt")
			if err == nil || !strings.Contains(err.Error(), "file.txt: no benchmark line in it") || row.want != "" && len(set.Skipped) > 0 && !strings.Contains(err.Error(), row.want) {
				t.Errorf("with nothing beside it: %v", err)
			}
		})
	}
}

func TestWhatIsOddInALineCostsNoOtherFigureOfIt(t *testing.T) {
	set := read(t, "BenchmarkX 1 NaN ns/op 16 B/op\nBenchmarkX 1 5 ns/op -Inf B/op\n")
	cell := set.Cell("X")
	if !slices.Equal(cell.Values("ns/op"), []float64{5}) || !slices.Equal(cell.Values("B/op"), []float64{16}) || len(set.Skipped) != 2 {
		t.Errorf("read %v, %v, skipped %v", cell.Values("ns/op"), cell.Values("B/op"), set.Skipped)
	}
}

// Test binaries and what runs in them print much that is no result.
func TestLinesThatAreNoResultsArePassedOver(t *testing.T) {
	set := read(t, strings.Join([]string{
		"go: downloading example.com/a v1.0.0", "goos: linux", "=== RUN   BenchmarkX", "BenchmarkX", "BenchmarkX-2 \t 10\t 5 ns/op",
		"--- BENCH: BenchmarkX-2", "    x_test.go:9: log", "--- SKIP: BenchmarkY", "PASS", "ok  \texample.com/a\t1.2s", "FAIL", "exit status 1",
		"# " + strings.Repeat("x", 1<<20), "The Benchmark took 10 5 minutes", "\x00\x01\x02", "",
	}, "\n"))
	if len(set.Skipped) != 0 || len(set.Cells) != 1 {
		t.Errorf("skipped %+v, read %d cells", set.Skipped, len(set.Cells))
	}
}

func TestAFileWithoutABenchmarkIsAnError(t *testing.T) {
	for name, text := range map[string]string{"nothing at all": "", "other text": "PASS\nok\n", "blank lines": "\n\n\n", "a head alone": "goos: linux\npkg: a\n", "names alone": "BenchmarkX\n"} {
		if set, err := results.Read(strings.NewReader(text), "file.txt"); err == nil || !strings.Contains(err.Error(), "file.txt: no benchmark line in it: want results in the Go benchmark format") {
			t.Errorf("%s: read %+v, %v", name, set, err)
		}
	}
}

func TestManySkippedLinesAreCounted(t *testing.T) {
	set := read(t, line+strings.Repeat("BenchmarkX broken\n", 1025))
	if len(set.Skipped) != 1000 || set.Unlisted != 25 {
		t.Errorf("%d lines listed, %d counted", len(set.Skipped), set.Unlisted)
	}
	err := set.Strict()
	if err == nil {
		t.Fatal("no error")
	}
	if got := strings.Count(err.Error(), "\n") + 1; got != 11 {
		t.Errorf("an error of %d lines, want 11", got)
	}
	for _, part := range []string{"file.txt:2: ", "file.txt:11: ", "file.txt: and 1015 more broken lines"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if err := read(t, line).Strict(); err != nil {
		t.Errorf("of a file that is read whole: %v", err)
	}
}

func TestAFileThatIsNotThereIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.txt")
	if _, err := results.Open(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("Open() = %v", err)
	}
}

func TestAReaderThatFailsIsAnError(t *testing.T) {
	broken := errors.New("broken")
	text := &failing{text: strings.NewReader(line), err: broken}
	if _, err := results.Read(text, "file.txt"); !errors.Is(err, broken) {
		t.Errorf("Read() = %v, want the reader's error", err)
	}
}

type failing struct {
	text *strings.Reader
	err  error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.text.Len() == 0 {
		return 0, f.err
	}
	return f.text.Read(p)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(line))
	f.Add([]byte("goos: linux\n=== block 1 group submit seed 1 steal 0\n" + line + line))
	f.Add([]byte("=== block 1 group submit seed 1 steal 0\r\n" + line))
	f.Add([]byte("Benchmark 1 1 x\nBenchmark/ 1 1 x\nBenchmark-8 1 1 x\nBenchmark/=/-1 1 1 x\n"))
	f.Add([]byte("Unit x better=lower\nBenchmarkX 1 NaN x\n"))
	f.Add([]byte("\ufeff" + line + "cpu: a\n" + line + "--- FAIL: BenchmarkX\npanic: no\nBenchmarkY \tz\n"))
	f.Add([]byte(`{"Action":"output","Package":"a","Output":"BenchmarkX \t"}` + "\n" + `{"Action":"output","Package":"a","Output":" 1\t1 x\n"}` + "\n"))
	f.Add([]byte(gzipped(f, line)))
	f.Add([]byte(wide(binary.LittleEndian, "\ufeff"+line)))
	f.Fuzz(func(t *testing.T, text []byte) {
		set, err := results.Read(bytes.NewReader(text), "fuzz")
		if (err == nil) == (set == nil) {
			t.Fatalf("set %v and error %v", set, err)
		}
		if err != nil {
			return
		}
		cells := 0
		for _, part := range set.Split() {
			cells += len(part.Cells)
		}
		if pooled := set.Without(results.MachineKeys...); cells != len(set.Cells) || len(pooled.Split()) != 1 {
			t.Errorf("%d of %d cells are of a machine", cells, len(set.Cells))
		}
		for _, skipped := range set.Skipped {
			if skipped.Line < 1 || skipped.Reason == "" {
				t.Errorf("skipped %+v", skipped)
			}
		}
		for _, cell := range set.Cells {
			if set.Cell(cell.Name) == nil || len(cell.Samples) == 0 {
				t.Errorf("cell %+v", cell)
			}
			for _, sample := range cell.Samples {
				for _, unit := range sample.Units() {
					if v, ok := sample.Value(unit); !ok || math.IsNaN(v) || math.IsInf(v, 0) {
						t.Errorf("%v %s, %v", v, unit, ok)
					}
				}
			}
		}
	})
}
