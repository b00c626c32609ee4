package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// times is n times the same lines.
func times(n int, text ...string) string {
	return strings.Repeat(strings.Join(text, "\n")+"\n", n)
}

// rising are n lines with a value that rises by a thousandth from one to the next.
func rising(n int, format string, from float64) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", from*(1+float64(i)/1000))
	}
	return b.String()
}

// reported runs the command in a folder with those files.
func reported(t *testing.T, files map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	code = run(context.Background(), append([]string{"report"}, args...), strings.NewReader(files["stdin"]), &out, &errs)
	return code, out.String(), errs.String()
}

// compared runs a comparison for scripts, and returns its rows: the benchmark with
// its package and number of CPUs, the unit, the ratio and the verdict.
func compared(t *testing.T, base, head string, args ...string) (code int, rows []string) {
	t.Helper()
	code, stdout, stderr := reported(t, map[string]string{"base": base, "head": head}, append([]string{"--compare", "base", "head", "--format", "csv"}, args...)...)
	if code == exitUsage {
		return code, []string{stderr}
	}
	records, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := make(map[string]int)
	for i, name := range records[0] {
		at[name] = i
	}
	for _, r := range records[1:] {
		of := func(name string) string { return r[at[name]] }
		change := of("ratio") + "x"
		if of("ratio") == "" {
			change = "+" + of("difference")
		}
		words := []string{of("machine"), of("package"), of("benchmark"), of("cpus"), of("unit"), of("base") + "->" + of("head"), change, of("verdict")}
		rows = append(rows, strings.Join(strings.Fields(strings.Join(words, " ")), " "))
	}
	return code, rows
}

// Reports of users of such tools, each with the answer that is right, and with
// that of benchstat (golang.org/x/perf of 2026-09-08) where it gives one.
func TestTwoFilesAreComparedRightly(t *testing.T) {
	const machineA, machineB = "goos: linux\ngoarch: amd64\ncpu: A\n", "goos: darwin\ngoarch: arm64\ncpu: B\n"
	for name, row := range map[string]struct {
		base, head string
		args       []string
		want       []string
		code       int
		benchstat  string
	}{
		"zeros in one sample (cockroachdb/cockroach#107439)": {
			times(6, "BenchmarkX 1 0 retries/op") + times(4, "BenchmarkX 1 3 retries/op"), times(10, "BenchmarkX 1 3 retries/op"), nil,
			[]string{"X retries/op 0->3 +3 higher"}, 0, "0.000 3.000 ? (p=0.011 n=10)"},
		"from zero, in every unit": {
			times(6, "BenchmarkX 1 0 ns/op 0 B/op 0 allocs/op"), times(6, "BenchmarkX 1 12 ns/op 16 B/op 1 allocs/op"), nil,
			[]string{"X ns/op 0->12 +12 worse", "X B/op 0->16 +16 worse", "X allocs/op 0->1 +1 worse"}, 0, "B/op 0.00 16.00 ? (p=0.002 n=6); it keeps 0 ns/op and 12 ns/op apart"},
		"to zero": {
			times(6, "BenchmarkX 1 16 B/op"), times(6, "BenchmarkX 1 0 B/op"), nil, []string{"X B/op 16->0 +-16 better"}, 0, "-100.00% (p=0.002 n=6)"},
		"zero in both": {
			times(6, "BenchmarkX 1 0 B/op"), times(6, "BenchmarkX 1 0 B/op"), nil, []string{"X B/op 0->0 +0 no difference found"}, 0, "~ (p=1.000 n=6)"},
		"negative values": {
			times(6, "BenchmarkX 1 -5 drift"), times(6, "BenchmarkX 1 -10 drift"), nil, []string{"X drift -5->-10 +-5 lower"}, 0, "+100.00% (p=0.002 n=6), though it fell"},
		"seconds and nanoseconds": {
			times(6, "BenchmarkX 1 12 ns/op"), times(6, "BenchmarkX 1 2.4e-8 sec/op"), nil, []string{"X ns/op 12->24 2x worse"}, 0, "+100.00% (p=0.002 n=6)"},
		"the same in seconds": {
			times(6, "BenchmarkX 1 12 ns/op"), times(6, "BenchmarkX 1 1.2e-8 sec/op"), nil, []string{"X ns/op 12->12 1x no difference found"}, 0, "~ (p=1.000 n=6)"},
		"two letters of micro": {
			times(6, "BenchmarkX 1 12 \u00b5s/op"), times(6, "BenchmarkX 1 24 \u03bcs/op"), nil, []string{"X \u00b5s/op 12->24 2x worse"}, 0, "keeps them apart"},
		"microseconds and milliseconds": {
			times(6, "BenchmarkX 1 1200 us/op"), times(6, "BenchmarkX 1 1.2 ms/op"), nil, []string{"X us/op 1200->1200 1x no difference found"}, 0, "keeps them apart"},
		"two spellings in one file": {
			times(3, "BenchmarkX 1 12 ns/op") + times(3, "BenchmarkX 1 0.012 us/op"), times(6, "BenchmarkX 1 24 ns/op"), nil, []string{"X ns/op 12->24 2x worse"}, 0, "keeps them apart"},
		"a package more in head": {
			"pkg: a\n" + times(6, "BenchmarkEncode-4 1 10 ns/op", "BenchmarkDecode-4 1 20 ns/op"),
			"pkg: a\n" + times(6, "BenchmarkEncode-4 1 30 ns/op", "BenchmarkDecode-4 1 20 ns/op") + "pkg: b\n" + times(6, "BenchmarkEncode-4 1 5 ns/op"), nil,
			[]string{"a Encode 4 ns/op 10->30 3x worse", "a Decode 4 ns/op 20->20 1x no difference found"}, 0, "pkg: a: +200.00% (p=0.002 n=6)"},
		"numbers of CPUs more in head": {
			times(6, "BenchmarkX-4 1 10 ns/op"), times(6, "BenchmarkX 1 40 ns/op", "BenchmarkX-2 1 20 ns/op", "BenchmarkX-4 1 30 ns/op"), nil,
			[]string{"X 4 ns/op 10->30 3x worse"}, 0, "X-4: +200.00% (p=0.002 n=6)"},
		"another package": {
			"pkg: a\n" + times(6, "BenchmarkEncode 1 10 ns/op"), "pkg: b\n" + times(6, "BenchmarkEncode 1 30 ns/op"), nil, nil, exitUnmeasurable, "keeps them apart"},
		"another package, which is asked for": {
			"pkg: a\n" + times(6, "BenchmarkEncode 1 10 ns/op"), "pkg: b\n" + times(6, "BenchmarkEncode 1 30 ns/op"), []string{"--ignore", "pkg"},
			[]string{"Encode ns/op 10->30 3x worse"}, 0, "with -ignore pkg: +200.00% (p=0.002 n=6)"},
		"no package in base": {
			times(6, "BenchmarkEncode 1 10 ns/op"), "pkg: b\n" + times(6, "BenchmarkEncode 1 30 ns/op"), nil, []string{"b Encode ns/op 10->30 3x worse"}, 0, "keeps them apart"},
		"no package in head": {
			"pkg: b\n" + times(6, "BenchmarkEncode 1 10 ns/op"), times(6, "BenchmarkEncode 1 30 ns/op"), nil, []string{"b Encode ns/op 10->30 3x worse"}, 0, "keeps them apart"},
		"no package in base, two in head": {
			times(6, "BenchmarkEncode 1 10 ns/op"), "pkg: a\n" + times(6, "BenchmarkEncode 1 30 ns/op") + "pkg: b\n" + times(6, "BenchmarkEncode 1 30 ns/op"), nil, nil, exitUnmeasurable, "keeps them apart"},
		"other numbers of CPUs": {
			times(6, "BenchmarkX-4 1 10 ns/op"), times(6, "BenchmarkX-8 1 10 ns/op"), nil, nil, exitUnmeasurable, "keeps them apart"},
		"two machines in each": {
			machineA + times(6, "BenchmarkX 1 10 ns/op") + machineB + times(6, "BenchmarkX 1 20 ns/op"),
			machineB + times(6, "BenchmarkX 1 20 ns/op") + machineA + times(6, "BenchmarkX 1 30 ns/op"), nil,
			[]string{"linux/amd64, A X ns/op 10->30 3x worse", "darwin/arm64, B X ns/op 20->20 1x no difference found"}, 0, "cpu: A: +200.00% (p=0.002 n=6); cpu: B: ~ (p=1.000 n=6)"},
		"two machines in base, one in head": {
			machineA + times(6, "BenchmarkX 1 10 ns/op") + machineB + times(6, "BenchmarkX 1 20 ns/op"), machineA + times(6, "BenchmarkX 1 30 ns/op"), nil,
			[]string{"linux/amd64, A X ns/op 10->30 3x worse"}, 0, "cpu: A: +200.00% (p=0.002 n=6)"},
		"two machines in base, another in head": {
			machineA + times(6, "BenchmarkX 1 10 ns/op") + machineB + times(6, "BenchmarkX 1 20 ns/op"), "goos: plan9\n" + times(6, "BenchmarkX 1 30 ns/op"), nil, nil, exitUnmeasurable, "keeps them apart"},
		"one machine each, asked to be compared": {
			machineA + times(6, "BenchmarkX 1 10 ns/op"), machineB + times(6, "BenchmarkX 1 30 ns/op"), nil, []string{"X ns/op 10->30 3x worse"}, 0, "keeps them apart"},
		"two machines, pooled": {
			machineA + times(6, "BenchmarkX 1 10 ns/op") + "cpu: C\n" + times(6, "BenchmarkX 1 10 ns/op"), machineA + times(6, "BenchmarkX 1 30 ns/op"), []string{"--ignore", "cpu"},
			[]string{"X ns/op 10->30 3x worse"}, 0, "with -ignore cpu: +200.00% (p=0.000 n=12+6)"},
		"throughput": {
			times(6, "BenchmarkX 1 102 MB/s"), times(6, "BenchmarkX 1 202 MB/s"), nil, []string{"X MB/s 102->202 1.980392157x better"}, 0, "+98.04% (p=0.002 n=6)"},
		"throughput that fell": {
			times(6, "BenchmarkX 1 200 req/s"), times(6, "BenchmarkX 1 100 req/s"), nil, []string{"X req/s 200->100 0.5x worse"}, 0, "-50.00% (p=0.002 n=6)"},
		"a unit that the file describes": {
			"Unit score better=higher\n" + times(6, "BenchmarkX 1 100 score"), times(6, "BenchmarkX 1 200 score"), nil, []string{"X score 100->200 2x better"}, 0, "+100.00% (p=0.002 n=6)"},
		"a unit that head alone describes, after its lines": {
			times(6, "BenchmarkX 1 100 score"), times(6, "BenchmarkX 1 200 score") + "Unit score better=lower\n", nil, []string{"X score 100->200 2x worse"}, 0, "+100.00% (p=0.002 n=6)"},
		"a unit that the files describe otherwise": {
			"Unit score better=higher\n" + times(6, "BenchmarkX 1 100 score"), "Unit score better=lower\n" + times(6, "BenchmarkX 1 200 score"), nil, []string{"X score 100->200 2x higher"}, 0, "+100.00% (p=0.002 n=6)"},
		"a thousandth": {
			times(6, "BenchmarkX 1 1000 ns/op"), times(6, "BenchmarkX 1 1001 ns/op"), nil, []string{"X ns/op 1000->1001 1.001x no difference found"}, 0, "+0.10% (p=0.002 n=6)"},
		"a thousandth, which is asked for": {
			times(6, "BenchmarkX 1 1000 ns/op"), times(6, "BenchmarkX 1 1001 ns/op"), []string{"--smallest", "0"}, []string{"X ns/op 1000->1001 1.001x worse"}, 0, "+0.10% (p=0.002 n=6)"},
		"with -benchmem": {
			rising(10, "BenchmarkX-2 1 %.4g ns/op 16 B/op 1 allocs/op", 100), rising(10, "BenchmarkX-2 1 %.4g ns/op 16 B/op 1 allocs/op", 110), nil,
			[]string{"X 2 ns/op 100.45->110.45 1.099950049x worse", "X 2 B/op 16->16 1x no difference found", "X 2 allocs/op 1->1 1x no difference found"}, 0, "sec/op +10.00% (p=0.000 n=10)"},
		"one unit of several": {
			rising(10, "BenchmarkX-2 1 %.4g ns/op 16 B/op 1 allocs/op", 100), rising(10, "BenchmarkX-2 1 %.4g ns/op 16 B/op 1 allocs/op", 110), []string{"--unit", "sec/op"},
			[]string{"X 2 ns/op 100.45->110.45 1.099950049x worse"}, 0, "with -filter .unit:sec/op: +10.00% (p=0.000 n=10)"},
		"some benchmarks of several": {
			times(6, "BenchmarkX 1 10 ns/op", "BenchmarkY 1 10 ns/op"), times(6, "BenchmarkX 1 20 ns/op", "BenchmarkY 1 20 ns/op"), []string{"--filter", "^Y$"},
			[]string{"Y ns/op 10->20 2x worse"}, 0, "with -filter .name:Y: +100.00% (p=0.002 n=6)"},
		"a unit of base alone": {
			times(6, "BenchmarkX 1 10 ns/op 16 B/op"), times(6, "BenchmarkX 1 20 ns/op"), nil, []string{"X ns/op 10->20 2x worse"}, 0, "+100.00% (p=0.002 n=6)"},
		"no unit in common": {
			times(6, "BenchmarkX 1 16 B/op"), times(6, "BenchmarkX 1 20 ns/op"), nil, nil, exitUnmeasurable, "keeps them apart"},
		"no benchmark in common": {
			times(6, "BenchmarkX 1 16 ns/op"), times(6, "BenchmarkY 1 20 ns/op"), nil, nil, exitUnmeasurable, "no comparison"},
		"one value of each": {
			"BenchmarkX 1 10 ns/op\n", "BenchmarkX 1 20 ns/op\n", nil, []string{"X ns/op 10->20 2x undecided"}, 0, "~ (p=1.000 n=1), need >= 4 samples"},
		"a benchmark that prints": {
			"BenchmarkX-2 \thello\n      10\t 5 ns/op\n" + times(6, "BenchmarkY 1 10 ns/op"), times(6, "BenchmarkY 1 20 ns/op"), nil,
			[]string{"Y ns/op 10->20 2x worse"}, 0, "warns of line 1; +100.00% (p=0.002 n=6)"},
		"values that are none": {
			times(6, "BenchmarkX 1 10 ns/op") + "BenchmarkX 1 NaN ns/op\nBenchmarkX 1 +Inf ns/op\n", times(6, "BenchmarkX 1 20 ns/op"), nil,
			[]string{"X ns/op 10->20 2x worse"}, 0, "counts them"},
		"far below a nanosecond": {
			rising(6, "BenchmarkX 1 %.4g ns/op", 0.2541), rising(6, "BenchmarkX 1 %.4g ns/op", 0.2903), nil, []string{"X ns/op 0.25475->0.29105 1.142492566x worse"}, 0, "+14.25% (p=0.002 n=6)"},
		"very large": {
			times(6, "BenchmarkX 1 1e300 ns/op"), times(6, "BenchmarkX 1 3e300 ns/op"), nil, []string{"X ns/op 1e+300->3e+300 3x worse"}, 0, "+200.00% (p=0.002 n=6), with 293 digits"},
		"more values than an exact test takes": {
			rising(3000, "BenchmarkX 1 %.6g ns/op", 100), rising(3000, "BenchmarkX 1 %.6g ns/op", 300), nil, []string{"X ns/op 249.95->749.85 3x worse"}, 0, "+200.00% (p=0.000 n=3000)"},
		"names with odd letters": {
			times(6, `BenchmarkX/a_b/x=é"|~<b> 1 10 ns/op`), times(6, `BenchmarkX/a_b/x=é"|~<b> 1 20 ns/op`), nil, []string{`X/a_b/x=é"|~<b> ns/op 10->20 2x worse`}, 0, "+100.00% (p=0.002 n=6)"},
		"lines that end as in DOS": {
			strings.ReplaceAll(times(6, "BenchmarkX 1 10 ns/op"), "\n", "\r\n"), times(6, "BenchmarkX 1 20 ns/op"), nil, []string{"X ns/op 10->20 2x worse"}, 0, "+100.00% (p=0.002 n=6)"},
		"a mark of UTF-8": {
			"\ufeff" + times(6, "BenchmarkX 1 10 ns/op"), times(6, "BenchmarkX 1 20 ns/op"), nil, []string{"X ns/op 10->20 2x worse"}, 0, "loses the first line"},
		"an empty file": {
			"", times(6, "BenchmarkX 1 20 ns/op"), nil, []string{"poolbench: base: no benchmark line in it: want results in the Go benchmark format\n"}, exitUsage, "no comparison"},
	} {
		t.Run(name, func(t *testing.T) {
			if row.benchstat == "" {
				t.Error("what benchstat says is missing")
			}
			code, got := compared(t, row.base, row.head, row.args...)
			if code != row.code || strings.Join(got, "\n") != strings.Join(row.want, "\n") {
				t.Errorf("exit code %d, want %d\n%s\nwant\n%s\nbenchstat: %s", code, row.code, strings.Join(got, "\n"), strings.Join(row.want, "\n"), row.benchstat)
			}
		})
	}
}

func TestAComparisonIsTheSameInEveryFormat(t *testing.T) {
	files := map[string]string{
		"base": "BenchmarkBad printed\n" + times(6, "BenchmarkX/~a 1 10 ns/op 16 B/op", "BenchmarkGone 1 1 ns/op"),
		"head": times(6, "BenchmarkX/~a 1 20 ns/op 16 B/op"),
	}
	for format, want := range map[string][]string{
		"text":     {"X/~a       ns/op  10    20    2.00x [2.00, 2.00]  0.002  6, 6  worse", "ns/op (lower is better): 1 worse, of 1 benchmark", "No difference was found in B/op (1 benchmark)", "One benchmark is only in base: Gone.", `Skipped 1 line of base: line 1, "BenchmarkBad printed"`},
		"markdown": {`| X/\~a | ns/op | 10 | 20 | 2.00x [2.00, 2.00] | 0.002 | 6, 6 | worse |`, "- ns/op (lower is better): 1 worse", "- One benchmark is only in base: Gone."},
		"csv":      {",,X/~a,,ns/op,lower,10,10,10,6,20,20,20,6,2,2,2,10,10,10,0.002164502165,0.002164502165,worse,\n", ",,X/~a,,B/op,lower,16,16,16,6,16,16,16,6,1,1,1,0,0,0,1,1,no difference found,\n"},
		"html":     {"<td>2.00x [2.00, 2.00]</td>", "Head against base, benchmark by benchmark"},
	} {
		code, stdout, stderr := reported(t, files, "--compare", "base", "head", "--format", format)
		if code != 0 || !strings.Contains(stderr, "base:1: no number of iterations follows the name") {
			t.Errorf("%s: exit code %d: %s", format, code, stderr)
		}
		for _, text := range want {
			if !strings.Contains(strings.Join(strings.Fields(stdout), " "), strings.Join(strings.Fields(text), " ")) {
				t.Errorf("%s: there is no %q in\n%s", format, text, stdout)
			}
		}
	}
	_, stdout, _ := reported(t, files, "--compare", "base", "head", "--format", "json")
	var document struct {
		Changes []struct {
			Cell, Unit, Better, Verdict   string
			Base, Head, Ratio, Difference struct {
				Estimate, Low, High float64
				N                   int
			}
			P, PAdjusted float64
		}
		OnlyBase, OnlyHead, Skipped []string
	}
	if err := json.Unmarshal([]byte(stdout), &document); err != nil {
		t.Fatal(err)
	}
	if c := document.Changes[0]; len(document.Changes) != 2 || c.Cell != "X/~a" || c.Unit != "ns/op" || c.Better != "lower" || c.Verdict != "worse" ||
		c.Base.Estimate != 10 || c.Head.N != 6 || c.Ratio.Low < 1.99 || c.Difference.Estimate != 10 || c.P > 0.003 || c.PAdjusted > 0.003 ||
		len(document.OnlyBase) != 1 || len(document.OnlyHead) != 0 || len(document.Skipped) != 1 {
		t.Errorf("json: %s", stdout)
	}
}

// The help names the columns, in their order.
func TestTheColumnsOfAComparisonAreDocumented(t *testing.T) {
	_, stdout, _ := reported(t, map[string]string{"a": "BenchmarkX 1 1 ns/op\n"}, "--compare", "a", "a", "--format", "csv")
	var out, errs bytes.Buffer
	run(context.Background(), []string{"report", "--help"}, strings.NewReader(""), &out, &errs)
	help := out.String()
	if _, rest, found := strings.Cut(help, "The columns of"); found {
		help = rest
	}
	head, _, _ := strings.Cut(stdout, "\n")
	for column := range strings.SplitSeq(head, ",") {
		i := strings.Index(help, column)
		if i < 0 {
			t.Fatalf("the help does not name the column %s here: %s", column, help)
		}
		help = help[i+len(column):]
	}
}

func TestTheMachinesOfAFileAreReportedApart(t *testing.T) {
	both := "goos: linux\ncpu: A\n" + times(6, "BenchmarkX 1 10 ns/op") + "goos: darwin\ncpu: B\n" + times(6, "BenchmarkX 1 20 ns/op")
	code, stdout, _ := reported(t, map[string]string{"both": both}, "both")
	for _, want := range []string{"== both (linux, A)\n", "== both (darwin, B)\n", "10.0 ns [10.0 ns, 10.0 ns]", "20.0 ns [20.0 ns, 20.0 ns]"} {
		if code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("exit code %d: there is no %q in\n%s", code, want, stdout)
		}
	}
	_, stdout, _ = reported(t, map[string]string{"both": both}, "both", "--format", "csv")
	for _, want := range []string{`"both (linux, A)",BenchmarkX,X,,ns/op,10,10,10,6,`, `"both (darwin, B)",BenchmarkX,X,,ns/op,20,20,20,6,`} {
		if !strings.Contains(stdout, want) {
			t.Errorf("there is no %q in\n%s", want, stdout)
		}
	}
	_, stdout, _ = reported(t, map[string]string{"both": both}, "both", "--format", "json")
	if strings.Count(stdout, `"file": "both (`) != 2 {
		t.Errorf("json: %s", stdout)
	}
	_, stdout, _ = reported(t, map[string]string{"both": both}, "both", "--format", "csv", "--ignore", "goos,cpu")
	if !strings.Contains(stdout, "both,BenchmarkX,X,,ns/op,15,10,20,12,") {
		t.Errorf("pooled: %s", stdout)
	}
}

func TestRowsOfSeveralNumbersOfCPUsAreShort(t *testing.T) {
	_, stdout, _ := reported(t, map[string]string{"f": "pkg: example.com/a\n" + times(2, "BenchmarkX/size=1-4 1 10 ns/op", "BenchmarkX/size=1 1 0.2541 ns/op")}, "f")
	for _, want := range []string{"BenchmarkX (example.com/a)\n", "BenchmarkX-4 (example.com/a)\n", "\nsize=1     2  about 10.0 ns\n", "\nsize=1     2  about 0.254 ns\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("there is no %q in\n%s", want, stdout)
		}
	}
}

func TestSkippedLinesAreListedInEveryFormat(t *testing.T) {
	files := map[string]string{"f": "BenchmarkX 1 10 ns/op\nBenchmarkBad \t<printed>\n"}
	for format, want := range map[string]string{
		"text":     `Skipped 1 line of f: line 2, "BenchmarkBad \t<printed>": no number of iterations follows the name`,
		"markdown": `Skipped 1 line of f: line 2, "BenchmarkBad \\t&lt;printed&gt;": no number`,
		"json":     `"skipped": "Skipped 1 line of f: line 2, `,
		"html":     "<tr><th scope=\"row\">2</th><td>BenchmarkBad\t&lt;printed&gt;</td>",
		"csv":      "f,BenchmarkX,X,,ns/op,10,",
	} {
		code, stdout, stderr := reported(t, files, "f", "--format", format)
		if code != 0 || !strings.Contains(strings.Join(strings.Fields(stdout), " "), strings.Join(strings.Fields(want), " ")) || !strings.Contains(stderr, "f:2: no number of iterations") {
			t.Errorf("%s: exit code %d, there is no %q in\n%.3000s\n%s", format, code, want, stdout, stderr)
		}
		if code, stdout, _ := reported(t, files, "f", "--format", format, "--strict"); code != exitUsage || stdout != "" {
			t.Errorf("%s: exit code %d with --strict: %s", format, code, stdout)
		}
	}
}

// A file of an unnamed machine that is compared with itself differs in nothing.
func TestCommittedResultsDoNotDifferFromThemselves(t *testing.T) {
	path, err := filepath.Abs(filepath.Join(root, "results", "quick"))
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := reported(t, nil, "--compare", path, path, "--format", "csv")
	_, rows, _ := strings.Cut(stdout, "\n")
	if code != 0 || stderr != "" || strings.Contains(rows, ",worse,") || strings.Contains(rows, ",better,") || !strings.Contains(rows, ",x-ref,lower,") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}
