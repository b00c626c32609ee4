package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/compare"
)

// held compares two texts.
func held(t *testing.T, base, head string) Comparison {
	t.Helper()
	return Compare([]Run{{Name: "base", Evidence: of(t, base)}}, []Run{{Name: "head", Evidence: of(t, head)}}, claim.Negligible, compare.Choice{})
}

// measured is a run of some benchmarks, each at a level, with noise.
func measured(seed uint64, n int, levels map[string]float64) string {
	rng := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for range n {
		for _, name := range []string{"a", "b", "c"} {
			if level, ok := levels[name]; ok {
				fmt.Fprintf(&b, "BenchmarkParse/size=%s 1 %.5g ns/op 16 B/op\n", name, level*(1+0.02*rng.Float64()))
			}
		}
	}
	return b.String()
}

func TestRunsOfTheSameThingDoNotDiffer(t *testing.T) {
	different := 0
	for seed := range uint64(60) {
		levels := map[string]float64{"a": 10, "b": 20, "c": 30}
		for _, row := range held(t, measured(2*seed+1, 8, levels), measured(2*seed+2, 8, levels)).Rows {
			if row.Verdict.Differs() {
				different++
				break
			}
		}
	}
	if different > 9 { // of 60 at 5 %, 3; this many once in a thousand
		t.Errorf("%d of 60 comparisons of the same thing find a difference", different)
	}
}

func TestAComparisonSaysInWordsWhatItFoundAndWhatItCannot(t *testing.T) {
	levels := func(a, b float64) map[string]float64 { return map[string]float64{"a": a, "b": b, "c": 30} }
	one := func(name string) map[string]float64 { return map[string]float64{name: 10} }
	const method = "Rank-sum test at 5 %, corrected after Holm in each unit; changes of up to 1 % are not reported (0 here)."
	for _, c := range []struct {
		what, base, head string
		want             []string // beginnings
	}{
		{"one that differs", measured(1, 10, levels(10, 20)), measured(2, 10, levels(15, 20)), []string{
			"ns/op (lower is better): 1 worse, of 3 benchmarks that could be judged. The largest change: Parse/size=a, 1.5",
			"No difference was found in B/op (3 benchmarks); a change in ns/op of up to 1.", method, "They did not take turns"}},
		{"none that differs", measured(5, 10, one("a")), measured(6, 10, one("a")), []string{
			"No difference was found in ns/op (1 benchmark), B/op (1 benchmark); a change in ns/op of up to 1.", method, "They did not"}},
		{"too little", measured(1, 2, one("a")), measured(2, 2, one("a")), []string{
			"2 of 2 comparisons could not be judged, such as Parse/size=a in ns/op: 2 and 2 values are too few: it takes 4 of each.", method, "They did not"}},
		{"nothing in common", measured(1, 9, one("a")), measured(2, 9, map[string]float64{"b": 1, "c": 2}), []string{
			"Nothing can be compared: no benchmark is in both: base has such as Parse/size=a, head such as Parse/size=b.",
			"One benchmark is only in base: Parse/size=a.", "2 benchmarks are only in head, such as Parse/size=b."}},
		{"a unit of one alone", "BenchmarkX 1 5 ns/op\n", "BenchmarkX 1 5 ns/op 16 B/op\n", []string{
			"1 of 1 comparison could not be judged, such as X in ns/op", "Of the benchmarks that both have, head has some in B/op, which the other lacks.", method, "They did not"}},
		{"lines that are skipped", measured(1, 2, one("a")) + "BenchmarkY broken\n", measured(2, 2, one("a")), []string{
			"Skipped 1 line of text: line 3, \"BenchmarkY broken\": no number of iterations follows the name", "2 of 2 comparisons could not be judged", method, "They did not"}},
		{"settings that differ", "go: go1.26.7\n" + measured(1, 2, one("a")), "go: go1.26.8\n" + measured(2, 2, one("a")), []string{
			"2 of 2 comparisons could not be judged", "They differ in go: go1.26.7, then go1.26.8.", method, "They did not"}},
		{"the sides of a gate", "runstamp: 1\n=== stage 1 layout 0\n" + measured(1, 2, one("a")), "runstamp: 1\n=== stage 1 layout 0\n" + measured(2, 2, one("a")), []string{
			"2 of 2 comparisons could not be judged", method, "They are the two sides of a gate and took turns: the gate's own verdict"}},
		{"sides of two gates", "runstamp: 1\n=== stage 1 layout 0\n" + measured(1, 2, one("a")), "runstamp: 2\n=== stage 1 layout 0\n" + measured(2, 2, one("a")), []string{
			"2 of 2 comparisons could not be judged", method, "They did not take turns"}},
	} {
		got := held(t, c.base, c.head).Sentences()
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			ok = strings.HasPrefix(got[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: got\n  %s\nwant\n  %s", c.what, strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
		}
	}
}

func TestAComparisonShowsInRowsWhatDiffersAlone(t *testing.T) {
	c := held(t, measured(1, 10, map[string]float64{"a": 10, "b": 20}), measured(2, 10, map[string]float64{"a": 15, "b": 20}))
	for name, write := range map[string]func(*strings.Builder) error{
		"text": func(b *strings.Builder) error { return c.Text(b) }, "markdown": func(b *strings.Builder) error { return c.Markdown(b) },
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "Parse/size=a") != 2 || strings.Contains(b.String(), "Parse/size=b") {
			t.Errorf("%s:\n%s", name, b.String())
		}
	}
	if n := len(c.Table().Rows); n != 4 {
		t.Errorf("the whole table has %d rows of two benchmarks in two units", n)
	}
}

func TestTheComparisonForScriptsLeavesNoRowOut(t *testing.T) {
	for n, want := range map[int]string{10: "worse", 1: "undecided"} {
		c := held(t, measured(1, n, map[string]float64{"a": 10, "b": 20}), measured(2, n, map[string]float64{"a": 15, "b": 20}))
		var b bytes.Buffer
		if err := c.JSON(&b); err != nil {
			t.Fatal(err)
		}
		var document struct {
			Sentences, OnlyBase, Skipped []string
			Changes                      []struct {
				Cell, Unit, Better, Verdict, Reason string
				Base, Head, Ratio, Difference       *struct {
					Estimate float64
					Low      *float64
					N        int
				}
				P, PAdjusted *float64
			}
		}
		if err := json.Unmarshal(b.Bytes(), &document); err != nil {
			t.Fatal(err)
		}
		first := document.Changes[0]
		if len(document.Changes) != 4 || first.Verdict != want || first.Base == nil || first.Base.N != n || first.Ratio == nil || first.Difference == nil || first.P == nil || first.PAdjusted == nil ||
			first.Cell != "Parse/size=a" || first.Unit != "ns/op" || first.Better != "lower" || (first.Ratio.Low == nil) != (n == 1) || document.OnlyBase == nil || document.Skipped == nil {
			t.Errorf("of %d values: %s", n, b.String())
		}
		b.Reset()
		if err := c.CSV(&b); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) != 5 || lines[1][2] != "Parse/size=a" || lines[1][9] != fmt.Sprint(n) || lines[1][22] != want || (lines[1][15] == "") != (n == 1) {
			t.Errorf("of %d values: %q", n, lines)
		}
	}
}

func TestANumberHasFourDigits(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 12: "12", 12.5: "12.5", 0.25413: "0.2541", 0.0312345: "0.03123", 1.2345e-5: "0.00001234", 1.2344e-9: "1.234e-09",
		999.94: "999.9", 999.97: "1000", 1234567: "1234567", 1e300: "1e+300", -5: "-5", -0.5: "-0.5", 1e-300: "1e-300", 9.9999: "10", 100: "100", 0.99999: "1",
	} {
		if got := number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}
