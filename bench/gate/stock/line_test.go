package stock

import (
	"errors"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

func TestALineOfResultsIsReadWhole(t *testing.T) {
	for _, c := range []struct {
		line string
		want result
		ok   bool
	}{
		{"BenchmarkX-2   \t     100\t     123.4 ns/op\t      16 B/op\t       1 allocs/op",
			result{name: "BenchmarkX-2", n: 100, values: map[string]float64{"ns/op": 123.4, "B/op": 16, "allocs/op": 1}}, true},
		{"BenchmarkX/a=1/b  \t 5\t 2.5 pears", result{name: "BenchmarkX/a=1/b", n: 5, values: map[string]float64{"pears": 2.5}}, true},
		{"BenchmarkX-2", result{}, false},
		{"BenchmarkX-2   \thello", result{}, false},
		{"BenchmarkX-2   \thello     100\t     123.4 ns/op", result{}, false},
		{"hello", result{}, false},
	} {
		got, ok := parse(c.line)
		if ok != c.ok || ok && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q is read as %+v, %v", c.line, got, ok)
		}
	}
}

func TestEveryLineIsOfOneKind(t *testing.T) {
	for line, want := range map[string]kind{
		"":                                frame,
		"PASS":                            frame,
		"goos: linux":                     frame,
		"    x_test.go:5: said":           frame,
		"--- BENCH: BenchmarkX-2":         frame,
		"BenchmarkX/a=1":                  begins,
		"--- FAIL: BenchmarkX":            fails,
		"--- SKIP: BenchmarkX":            skipped,
		"Unit p99-ns better=lower":        unit,
		"hello":                           stray,
		"BenchmarkX-2   \thello":          stray,
		"Benchmark results of a big day:": stray,
	} {
		if got, _ := kindOf(line); got != want {
			t.Errorf("%q is of kind %d, want %d", line, got, want)
		}
	}
}

// listed runs lines through a lister.
func listed(t *testing.T, lines string) lister {
	t.Helper()
	l := lister{Listing: Listing{Better: make(map[string]int)}, suffix: "-2"}
	for line := range strings.Lines(lines) {
		if err := l.take(strings.TrimSuffix(line, "\n")); err != nil {
			t.Fatal(err)
		}
	}
	l.endFailure()
	return l
}

// A process that a late panic ends between two benchmarks has not told of those
// that were to come.
func TestAListingIsWholeWhenTheBinaryHasSaidSo(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh to exit with a code")
	}
	const fine = "BenchmarkFine-2\t1\t5 ns/op\n"
	for _, c := range []struct {
		lines string
		code  string
		whole bool
	}{
		{fine + "FAIL\n", "1", true},
		{fine + "PASS\n", "2", true}, // what comes after is not a benchmark's doing
		{fine, "1", true},
		{fine, "2", false},
		{"BenchmarkDies\n" + fine, "2", false},
		{fine + "BenchmarkDies\n", "2", false},
		{"", "1", false},
	} {
		l := listed(t, c.lines)
		if got := l.failed(exec.Command("sh", "-c", "exit "+c.code).Run()); got != c.whole {
			t.Errorf("%q and exit %s: whole is %v, want %v", c.lines, c.code, got, c.whole)
		}
	}
}

func TestAListingNamesWhatRanAndWhatDidNot(t *testing.T) {
	l := listed(t, `setting up
goos: linux
BenchmarkGood
BenchmarkGood-2         	       1	       100 ns/op
Unit req/s better=higher
BenchmarkParent
BenchmarkParent/sub
BenchmarkParent/sub-2   	       1	       200 ns/op	 7 req/s
BenchmarkBad
    x_test.go:9: no luck
--- FAIL: BenchmarkBad
BenchmarkLoud
hello
BenchmarkLoud-2         	       1	       100 ns/op
BenchmarkNot
    x_test.go:12: not today
--- SKIP: BenchmarkNot
BenchmarkStuck
`)
	var found []string
	for _, f := range l.Found {
		found = append(found, f.Name)
	}
	if want := []string{"BenchmarkGood", "BenchmarkParent/sub"}; !reflect.DeepEqual(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	if len(l.Faults) != 2 {
		t.Fatalf("%d faults: %v", len(l.Faults), l.Faults)
	}
	var fail *FailError
	if f := l.Faults[0]; f.Name != "BenchmarkBad" || !errors.As(f.Err, &fail) || fail.Output != "x_test.go:9: no luck" {
		t.Errorf("got %s: %v", f.Name, f.Err)
	}
	var prints *PrintError
	if f := l.Faults[1]; f.Name != "BenchmarkLoud" || !errors.As(f.Err, &prints) || prints.Text != "hello" {
		t.Errorf("got %s: %v", f.Name, f.Err)
	}
	if l.running != "BenchmarkStuck" {
		t.Errorf("%q is running", l.running)
	}
	if !reflect.DeepEqual(l.Better, map[string]int{"req/s": +1}) {
		t.Errorf("better is %v", l.Better)
	}
}

func TestAPatternSelectsOneBenchmark(t *testing.T) {
	if got, want := exactly("BenchmarkX/a=1+2"), `^BenchmarkX$/^a=1\+2$`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := CheckPattern("A|(B/C"); err == nil {
		t.Error("a pattern that does not compile is accepted")
	}
	for _, good := range []string{".", "A/b|C/d", "(A|B)/^x=[0-9]+$"} {
		if err := CheckPattern(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add("BenchmarkX-2 \t 1\t 100 ns/op\n--- FAIL: BenchmarkX\nfoo")
	f.Add("--- FAIL: \n--- SKIP: \nUnit \nBenchmark\t\n")
	f.Fuzz(func(t *testing.T, text string) {
		l := lister{Listing: Listing{Better: make(map[string]int)}}
		w := watcher{benchmark: Benchmark{Name: "BenchmarkX", CPU: 2, N: 1}}
		for line := range strings.Lines(text) {
			if err := l.take(line); err != nil {
				t.Fatal(err)
			}
			// A print is an error, and nothing else is.
			var prints *PrintError
			if _, _, err := w.take(line); err != nil && !errors.As(err, &prints) {
				t.Fatal(err)
			}
		}
		l.endFailure()
	})
}

func TestAStackNamesWhoPanics(t *testing.T) {
	began := []string{"BenchmarkSlow", "BenchmarkSlow/a", "BenchmarkOther", "BenchmarkLast"}
	for _, c := range []struct {
		name, said string
		want       []string
	}{
		{"its own frame", "panic: gone\n\ngoroutine 7 [running]:\nexample.com/repo.BenchmarkOther(0xc000)\n\t/x_test.go:7\n\ngoroutine 8:\nexample.com/repo.BenchmarkLast(0x1)", []string{"BenchmarkOther"}},
		{"a goroutine left behind", "panic: late\n\ngoroutine 9 [running]:\nexample.com/repo.BenchmarkSlow.func1.1()\n\t/x_test.go:9\ncreated by example.com/repo.BenchmarkSlow.func1 in goroutine 6\n", []string{"BenchmarkSlow/a", "BenchmarkSlow"}},
		{"a func of another name", "panic: who\n\ngoroutine 9 [running]:\nexample.com/repo.helper(0x1)\ncreated by example.com/repo.BenchmarkOther in goroutine 6\n", []string{"BenchmarkOther"}},
		{"nobody", "signal: killed", nil},
	} {
		if got := named(began, c.said); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
