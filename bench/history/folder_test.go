package history_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/results"
)

var epoch = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// build is a record of the n-th commit, which was made on the n-th day.
func build(n int, ratios map[string]float64) *history.Record {
	r := &history.Record{
		Machine:   "linux-amd64-2cpu",
		Commit:    fmt.Sprintf("%07d", n),
		Made:      epoch.AddDate(0, 0, n),
		Measured:  epoch.AddDate(0, 0, n).Add(time.Hour),
		Reference: "goroutines",
		Settings:  map[string]string{"go": "go1.26.8", "cpu": "Example CPU @ 2.50GHz"},
	}
	for name, ratio := range ratios {
		r.Cells = append(r.Cells, history.Entry{Name: name, Lines: 11, Ratios: map[string]float64{results.XRef: ratio}})
	}
	return r
}

func add(t *testing.T, dir string, r *history.Record) string {
	t.Helper()
	path, err := history.Add(dir, r)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARecordReadsBackAsItWasAdded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		word := rapid.StringMatching(`[a-zA-Z0-9=_.]{1,12}`)
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z][a-z0-9=/.]{0,20}[a-z](-[1-9])?`), 1, 6, rapid.ID).Draw(rt, "names")
		slices.Sort(names)
		r := build(rapid.IntRange(0, 5000).Draw(rt, "day"), nil)
		r.Reference = word.Draw(rt, "reference")
		r.Settings["kernel"] = word.Draw(rt, "kernel")
		for i, name := range names {
			pkg := ""
			if i > len(names)/2 {
				pkg = "example.com/pool"
			}
			ratio := rounded(float64(rapid.IntRange(1, 999999).Draw(rt, "ratio")) / 1024 / 1024)
			r.Cells = append(r.Cells, history.Entry{Package: pkg, Name: name, Lines: rapid.IntRange(1, 99).Draw(rt, "lines"),
				Ratios: map[string]float64{results.XRef: ratio}})
			if rapid.Bool().Draw(rt, "allocations") {
				r.Cells[i].Amounts = map[string]float64{"allocs/op": float64(rapid.IntRange(0, 99).Draw(rt, "allocs")), "B/op": 0}
			}
			if rapid.Bool().Draw(rt, "CPU") {
				r.Cells[i].Ratios[results.CPUXRef] = rounded(2 * ratio)
			}
		}
		if _, err := history.Add(dir, r); err != nil {
			rt.Fatal(err)
		}
		records, err := history.Read(dir)
		if err != nil {
			rt.Fatal(err)
		}
		if len(records) != 1 || !reflect.DeepEqual(records[0], r) {
			rt.Fatalf("added %+v, read %+v", r, records)
		}
	})
}

// rounded keeps the six digits that a record keeps.
func rounded(x float64) float64 {
	var y float64
	fmt.Sscan(fmt.Sprintf("%.6g", x), &y)
	return y
}

func TestARecordIsOfTheGoBenchmarkFormat(t *testing.T) {
	set, err := results.Open(add(t, t.TempDir(), build(1, map[string]float64{"Fanout/work=spin/strategy=ants-2": 0.5})))
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Cell("Fanout/work=spin/strategy=ants").Values(results.XRef); !slices.Equal(got, []float64{0.5}) {
		t.Errorf("the ratios are %v", got)
	}
	if set.Setting("commit") != "0000001" || set.Setting("machine") != "linux-amd64-2cpu" || set.Setting("commit-time") != "2026-01-02T12:00:00Z" {
		t.Errorf("the head is %v", set.Settings)
	}
}

func TestTheSameRecordIsAddedOnce(t *testing.T) {
	dir := t.TempDir()
	path := add(t, dir, build(1, map[string]float64{"A": 1.5}))
	again, err := history.Add(dir, build(1, map[string]float64{"A": 1.5}))
	if !errors.Is(err, history.ErrPresent) || again != path {
		t.Errorf("Add() = %q, %v; want %q and that it is there", again, err, path)
	}
	_, err = history.Add(dir, build(1, map[string]float64{"A": 1.6}))
	if err == nil || errors.Is(err, history.ErrPresent) || !strings.Contains(err.Error(), path) {
		t.Errorf("another record of the same job: %v, want an error that names %s", err, path)
	}
	records, err := history.Read(dir)
	if err != nil || len(records) != 1 || records[0].Cells[0].Ratios[results.XRef] != 1.5 {
		t.Errorf("read %+v, %v; want the first record as it was", records, err)
	}
	if entries := files(t, filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("the folder holds %v", entries)
	}
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestManyAddAtTheSameTimeAndNothingIsTorn(t *testing.T) {
	dir := t.TempDir()
	const jobs, commits = 8, 12
	var adding sync.WaitGroup
	present := make([]int, jobs)
	for job := range jobs {
		adding.Go(func() {
			for n := range commits {
				_, err := history.Add(dir, build(n, map[string]float64{"A": 1, "B": 2, "C": 3}))
				switch {
				case errors.Is(err, history.ErrPresent):
					present[job]++
				case err != nil:
					t.Error(err)
				}
				// Whoever reads meanwhile reads whole records.
				if _, err := history.Read(dir); err != nil {
					t.Error(err)
				}
			}
		})
	}
	adding.Wait()
	records, err := history.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	there := 0
	for _, n := range present {
		there += n
	}
	if len(records) != commits || there != (jobs-1)*commits {
		t.Errorf("%d records, found there %d times; want %d and %d", len(records), there, commits, (jobs-1)*commits)
	}
	for _, r := range records {
		if len(r.Cells) != 3 {
			t.Errorf("%s has %d cells", r.Commit, len(r.Cells))
		}
	}
}

func TestRecordsThatCannotBeAreNotAdded(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*history.Record)
		want   string
	}{
		"a machine that leads elsewhere":  {func(r *history.Record) { r.Machine = "../elsewhere" }, "machine class"},
		"no machine":                      {func(r *history.Record) { r.Machine = "" }, "machine class"},
		"a commit that leads elsewhere":   {func(r *history.Record) { r.Commit = "a/b" }, "commit"},
		"a commit with changes":           {func(r *history.Record) { r.Commit = "abc with changes" }, "commit"},
		"no reference":                    {func(r *history.Record) { r.Reference = "" }, "reference"},
		"a reference of two lines":        {func(r *history.Record) { r.Reference = "a\nb" }, "reference"},
		"no time":                         {func(r *history.Record) { r.Made = time.Time{} }, "dates"},
		"no cell":                         {func(r *history.Record) { r.Cells = nil }, "no cell"},
		"a cell twice":                    {func(r *history.Record) { r.Cells = append(r.Cells, r.Cells[0]) }, "stands at record:"},
		"a name that is none":             {func(r *history.Record) { r.Cells[0].Name = "A 5 ns/op\nBenchmarkB" }, "read back"},
		"a ratio of 0":                    {func(r *history.Record) { r.Cells[0].Ratios[results.XRef] = 0 }, "ratio must be > 0"},
		"a setting of another":            {func(r *history.Record) { r.Settings["commit"] = "other" }, "setting"},
		"a setting of two lines":          {func(r *history.Record) { r.Settings["cpu"] = "a\nmachine: b" }, "setting"},
		"a setting that is no config key": {func(r *history.Record) { r.Settings["CPU"] = "a" }, "setting"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := build(1, map[string]float64{"A": 1})
			row.change(r)
			path, err := history.Add(dir, r)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("Add() = %q, %v; want an error with %q", path, err, row.want)
			}
			if names := files(t, dir); len(names) != 0 {
				t.Errorf("the folder holds %v", names)
			}
		})
	}
}

const record = `machine: m
commit: abc
commit-time: 2026-01-02T12:00:00Z
runstamp: 2026-01-02T13:00:00Z
reference: goroutines
Unit x-ref better=lower
BenchmarkA	1	1.5 x-ref	11 lines
`

func TestBrokenRecordsAreNamedWithTheirLine(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"malformed":             {record + "BenchmarkB x-ref\n", ":8: "},
		"NaN":                   {record + "BenchmarkB 1 NaN x-ref 1 lines\n", ":8: NaN is no measurement of x-ref"},
		"infinity":              {record + "BenchmarkB 1 Inf x-ref 1 lines\n", ":8: +Inf"},
		"a ratio below 0":       {record + "BenchmarkB 1 -1 x-ref 1 lines\n", ":8: cell B: ratio must be > 0, got -1"},
		"a cell twice":          {record + "BenchmarkB 1 1 x-ref 1 lines\nBenchmarkA 1 2 x-ref 1 lines\n", ":9: cell A stands at"},
		"ratio must be > 0":     {record + "BenchmarkB 1 1 lines\n", ":8: cell B has no x-ref"},
		"other units":           {record + "BenchmarkB 1 1 x-ref 5 ns/op 1 lines\n", ":8: cell B: ns/op is no ratio"},
		"a unit twice":          {record + "BenchmarkB 1 1 x-ref 5 x-ref 1 lines\n", ":8: unit x-ref stands twice"},
		"an amount below 0":     {record + "BenchmarkB 1 1 x-ref -1 B/op 1 lines\n", ":8: cell B: -1 B/op is no amount"},
		"no number of lines":    {record + "BenchmarkB 1 1 x-ref\n", ":8: cell B: 0 is no number of lines"},
		"half a line":           {record + "BenchmarkB 1 1 x-ref 1.5 lines\n", ":8: cell B: 1.5 is no number of lines"},
		"no commit":             {strings.Replace(record, "commit: abc\n", "", 1), ":6: no line \"commit: ...\""},
		"no machine":            {strings.Replace(record, "machine: m\n", "", 1), ":6: no line \"machine: ...\""},
		"no time":               {strings.Replace(record, "2026-01-02T12:00:00Z", "yesterday", 1), ":7: the line \"commit-time: yesterday\""},
		"another machine":       {strings.Replace(record, "machine: m\n", "machine: n\n", 1), ":1: the record is of machine class n"},
		"a machine of no name":  {strings.Replace(record, "machine: m\n", "machine: ../m\n", 1), ":1: the machine class"},
		"two records":           {record + "commit: def\nBenchmarkB 1 1 x-ref 1 lines\n", ":9: a setting changes here"},
		"empty":                 {"", ": no benchmark line"},
		"something else":        {"Dear reader\n", ": no benchmark line"},
		"a line without an end": {record + "Benchmark" + strings.Repeat("x", 1<<20), ": the line has more than"},
		"huge":                  {record + strings.Repeat(strings.Repeat("x", 1000)+"\n", 9000), "passes 8388608 bytes"},
		"many broken lines":     {record + strings.Repeat("BenchmarkB x-ref\n", 25), ": and 15 more broken lines"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := write(t, filepath.Join(dir, "m", "record.txt"), row.text)
			records, err := history.Read(dir)
			if err == nil {
				t.Fatalf("read %+v", records[0])
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error %q, want %q and %q in it", err, path, row.want)
			}
		})
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTwoFilesWithOneRecordAreAnError(t *testing.T) {
	dir := t.TempDir()
	first := write(t, filepath.Join(dir, "m", "1.txt"), record)
	second := write(t, filepath.Join(dir, "m", "2.txt"), record)
	if _, err := history.Read(dir); err == nil || !strings.Contains(err.Error(), first) || !strings.Contains(err.Error(), second) {
		t.Errorf("error %v, want both files in it", err)
	}
}

func TestWhatIsNoRecordMayLieBeside(t *testing.T) {
	dir := t.TempDir()
	add(t, dir, build(1, map[string]float64{"A": 1}))
	write(t, filepath.Join(dir, "README.md"), "What this is.")
	write(t, filepath.Join(dir, "linux-amd64-2cpu", "README.md"), "What this is.")
	write(t, filepath.Join(dir, "linux-amd64-2cpu", ".adding-17"), "machine: li")
	write(t, filepath.Join(dir, ".git", "x.txt"), "no record")
	records, err := history.Read(dir)
	if err != nil || len(records) != 1 {
		t.Errorf("read %d records, %v; want the one", len(records), err)
	}
}

func TestAFolderThatIsNoFileIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "m", "a.md"), record)
	link := filepath.Join(dir, "m", "link.txt")
	if err := os.Symlink("a.md", link); err != nil {
		t.Skip(err)
	}
	if _, err := history.Read(dir); err == nil || !strings.Contains(err.Error(), link+":1: it is no regular file") {
		t.Errorf("error %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(record))
	f.Add([]byte(strings.ReplaceAll(record, "\n", "\r\n")))
	f.Add([]byte(record + "pkg: p\nBenchmarkA-8 1 2 x-ref 3 cpu-x-ref 1 lines\n"))
	f.Add([]byte("commit: \nBenchmark/ 1 1e-400 x-ref 1e300 lines\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "m", "record.txt")
		write(t, path, string(text))
		records, err := history.Read(dir)
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("error %q does not name the file", err)
			}
			return
		}
		// What can be read can be added, and stays what it is.
		r := *records[0]
		other := t.TempDir()
		if _, err := history.Add(other, &r); err != nil {
			t.Fatalf("read %+v, which cannot be added: %v", r, err)
		}
	})
}
