package history_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/results"
)

// course is the records of n builds in which cell A has the ratios that level
// gives, with noise of that standard deviation.
func course(n int, noise float64, level func(i int) float64) (records []*history.Record) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		records = append(records, build(i, map[string]float64{"A": level(i) * math.Exp(noise*rng.NormFloat64())}))
	}
	return records
}

// stepped is a level that rises by a factor at a build.
func stepped(at int, factor float64) func(int) float64 {
	return func(i int) float64 {
		if i >= at {
			return 0.5 * factor
		}
		return 0.5
	}
}

func find(t *testing.T, records []*history.Record) []history.Finding {
	t.Helper()
	findings, err := history.Find(history.SeriesOf(records, results.XRef))
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

func TestAChangeIsFoundWithItsCommitAndItsSize(t *testing.T) {
	found := find(t, course(40, 0.01, stepped(25, 1.08)))
	if len(found) != 1 || len(found[0].Changes) != 1 {
		t.Fatalf("found %+v", found)
	}
	c := found[0].Changes[0]
	if c.At != 25 || c.Low > 25 || c.High < 25 || c.P > history.FalseAlarms || !c.Ratio.Covers(1.08) || c.Ratio.High-c.Ratio.Low > 0.03 {
		t.Errorf("found %+v, want one of 1.08 at build 25", c)
	}
}

func TestOnlyLastingChangesOfTwoPercentCount(t *testing.T) {
	for name, row := range map[string]struct {
		level func(int) float64
		want  []int
	}{
		"none":                     {func(int) float64 { return 1 }, nil},
		"1.5 %":                    {stepped(20, 1.015), nil},
		"3 %":                      {stepped(20, 1.03), []int{20}},
		"3 % faster":               {stepped(20, 1/1.03), []int{20}},
		"two builds":               {func(i int) float64 { return 1 + float64(i/20%2*(1-min(1, i%20/2))) }, nil},
		"three builds at the end":  {stepped(37, 1.5), []int{37}},
		"two builds at the end":    {stepped(38, 1.5), nil},
		"slower for ten, then not": {func(i int) float64 { return 1 + 0.2*float64(max(0, min(1, i/15)-i/25)) }, []int{15, 25}},
	} {
		found := find(t, course(40, 0.003, row.level))
		var got []int
		for _, c := range found[0].Changes {
			got = append(got, c.At)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: changes at %v, want %v", name, got, row.want)
		}
	}
}

func TestMachinesAndReferencesAreNeverMixed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type group struct{ machine, reference string }
		count := make(map[group]int)
		var records []*history.Record
		for i := range rapid.IntRange(1, 30).Draw(t, "records") {
			r := build(i, map[string]float64{"A": 1})
			r.Machine = rapid.SampledFrom([]string{"m1", "m2", "m3"}).Draw(t, "machine")
			r.Reference = rapid.SampledFrom([]string{"goroutines", "serial"}).Draw(t, "reference")
			count[group{r.Machine, r.Reference}]++
			records = append(records, r)
		}
		series := history.SeriesOf(records, results.XRef)
		got := make(map[group]int)
		for _, s := range series {
			got[group{s.Machine, s.Reference}] += len(s.Builds)
			for _, b := range s.Builds {
				for _, r := range b.Records {
					if r.Machine != s.Machine || r.Reference != s.Reference {
						t.Fatalf("series of %s to %s holds a record of %s to %s", s.Machine, s.Reference, r.Machine, r.Reference)
					}
				}
			}
		}
		if len(series) != len(count) || !maps.Equal(got, count) {
			t.Fatalf("%d series of %v, want %v", len(series), got, count)
		}
	})
}

func TestAStepBetweenTwoMachinesIsNoChange(t *testing.T) {
	// All of one machine first, then all of another that is twice as slow.
	records := course(40, 0.01, stepped(20, 2))
	for _, r := range records[20:] {
		r.Machine = "linux-arm64-4cpu"
	}
	for _, f := range find(t, records) {
		if len(f.Builds) != 20 || len(f.Changes) != 0 {
			t.Errorf("%s: %d builds, changes %+v", f.Machine, len(f.Builds), f.Changes)
		}
	}
}

func TestACommitThatWasMeasuredTwiceIsOneBuild(t *testing.T) {
	a, b, c := build(1, map[string]float64{"A": 1}), build(1, map[string]float64{"A": 2}), build(2, map[string]float64{"A": 5})
	b.Measured = b.Measured.AddDate(0, 0, 9) // after c
	s := history.SeriesOf([]*history.Record{a, b, c}, results.XRef)[0]
	if len(s.Builds) != 2 || s.Builds[0].Value != 1.5 || len(s.Builds[0].Records) != 2 || s.Builds[1].Value != 5 {
		t.Errorf("got %+v, want the median of both, then the other commit", s.Builds)
	}
}

func TestABenchmarkThatIsGoneIsMissed(t *testing.T) {
	records := []*history.Record{
		build(1, map[string]float64{"A": 1, "B": 1}), build(2, map[string]float64{"A": 1}), build(3, map[string]float64{"A": 1}),
	}
	series := history.SeriesOf(records, results.XRef)
	if series[0].Missed != 0 || series[1].Missed != 2 {
		t.Errorf("A is missed %d times, B %d times; want 0 and 2", series[0].Missed, series[1].Missed)
	}
	if got := history.SeriesOf(records, results.CPUXRef); len(got) != 0 {
		t.Errorf("a unit that was not measured has series %+v", got)
	}
}

func TestWhatElseChangedIsSaid(t *testing.T) {
	records := course(30, 0.005, stepped(15, 1.2))
	for _, r := range records[15:] {
		r.Settings = map[string]string{"go": "go1.27.0", "cpu": r.Settings["cpu"]}
	}
	c := find(t, records)[0].Changes[0]
	if want := []string{`go "go1.27.0", was "go1.26.8"`}; !slices.Equal(c.Besides, want) {
		t.Errorf("besides: %q, want %q", c.Besides, want)
	}
}

func TestFindingsDoNotDependOnTheOrderOfSearching(t *testing.T) {
	var series []history.Series
	for _, name := range []string{"A", "B", "C", "D"} {
		s := history.SeriesOf(course(30, 0.02, stepped(15, 1.05)), results.XRef)[0]
		s.Cell = name
		series = append(series, s)
	}
	first, err := history.Find(series)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(series)
	again, err := history.Find(series)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(again)
	if fmt.Sprintf("%+v", first) != fmt.Sprintf("%+v", again) {
		t.Error("another order of the same series gave other changes")
	}
}

func TestOnlyTheLatestBuildsAreSearched(t *testing.T) {
	if testing.Short() {
		t.Skip("searches 500 builds")
	}
	f := find(t, course(history.Longest+100, 0.005, stepped(50, 1.5)))[0]
	if f.Start != 100 || len(f.Changes) != 0 {
		t.Errorf("searched from %d, found %+v; want nothing of what is before 100", f.Start, f.Changes)
	}
}

func TestTextShowsTheCourseAndItsChanges(t *testing.T) {
	records := course(40, 0.01, stepped(25, 1.10))
	records = append(records, build(41, map[string]float64{"B": 1}))
	var b strings.Builder
	if err := history.Text(&b, find(t, records), true); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"linux-amd64-2cpu, as multiples of goroutines (x-ref)\n",
		"\nA\n  ",
		"40 builds, now 0.5",
		" at 0000025 of 2026-01-26, p = ",
		"it came after 0000024, with 0000025 at the latest",
		"not measured in the last 1 build\n",
		"\nB\n  ", "1 build, now 1x\n  too short to show a change: that takes 9 builds\n",
		"1 change in 2 series.\n",
		"with a probability of 5 % at most",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	line := history.Draw(find(t, records)[0])
	before, after, ok := strings.Cut(line, "|")
	if !ok || len([]rune(before)) != 25 || len([]rune(after)) != 15 {
		t.Errorf("drawn as %q, want a bar after 25 of 40 blocks", line)
	}
	if highest(before) >= lowest(after) {
		t.Errorf("drawn as %q: the blocks do not rise at the bar", line)
	}
}

func highest(blocks string) rune { return slices.Max([]rune(blocks)) }
func lowest(blocks string) rune  { return slices.Min([]rune(blocks)) }

func TestLongSeriesAreDrawnInOneLineAndNoiseStaysLow(t *testing.T) {
	line := []rune(history.Draw(find(t, course(250, 0.001, func(int) float64 { return 1 }))[0]))
	if len(line) > 60 || len(line) < 40 {
		t.Errorf("%d columns: %s", len(line), string(line))
	}
	if slices.Max(line)-slices.Min(line) > 1 {
		t.Errorf("noise of 0.1 %% is drawn as %s", string(line))
	}
}

func TestJSONHoldsWhatTextSays(t *testing.T) {
	var b bytes.Buffer
	if err := history.JSON(&b, find(t, course(40, 0.01, stepped(25, 1.10)))); err != nil {
		t.Fatal(err)
	}
	var got []struct {
		Machine, Reference, Cell, Unit string
		Builds                         []struct {
			Commit string
			Ratio  float64
		}
		Changes []struct {
			Commit, After, By   string
			P, Ratio, Low, High float64
		}
		Searched, Fewest int
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	s := got[0]
	if s.Machine != "linux-amd64-2cpu" || s.Reference != "goroutines" || s.Cell != "A" || s.Unit != "x-ref" || len(s.Builds) != 40 || s.Searched != 40 || s.Fewest != 8 {
		t.Errorf("got %+v", s)
	}
	c := s.Changes[0]
	if c.Commit != "0000025" || c.After != "0000024" || c.By != "0000025" || !(c.Low < 1.1 && 1.1 < c.High && c.P > 0) {
		t.Errorf("change %+v", c)
	}
}

func TestPrintersPassOnWhatIsWrong(t *testing.T) {
	broken := errors.New("broken")
	for name, print := range map[string]func() error{
		"text": func() error { return history.Text(failing{broken}, nil, true) },
		"JSON": func() error { return history.JSON(failing{broken}, nil) },
	} {
		if err := print(); !errors.Is(err, broken) {
			t.Errorf("%s: %v, want what the writer said", name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestSeriesWithoutAChangeAreCountedUnlessAllAreAskedFor(t *testing.T) {
	records := course(40, 0.01, stepped(25, 1.10))
	for _, r := range records {
		r.Cells = append(r.Cells, history.Entry{Name: "Flat", Lines: 1, Ratios: map[string]float64{results.XRef: 1}})
	}
	var b strings.Builder
	if err := history.Text(&b, find(t, records), false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nA\n  ", "1 change in 2 series.\n", "the longest has 40 builds, and it takes 9 to show one"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "Flat") {
		t.Errorf("a series without a change is shown:\n%s", b.String())
	}
}

// allocating is the records of n builds of cell A that allocates as level says.
func allocating(n int, level func(i int) float64) []*history.Record {
	records := course(n, 0.01, func(int) float64 { return 1 })
	for i, r := range records {
		r.Cells[0].Amounts = map[string]float64{"allocs/op": level(i)}
	}
	return records
}

func TestAmountsChangeFromOneNumberToAnother(t *testing.T) {
	for name, row := range map[string]struct {
		level func(int) float64
		want  string
	}{
		"none":         {func(int) float64 { return 3 }, ""},
		"0 throughout": {func(int) float64 { return 0 }, ""},
		"one more":     {func(i int) float64 { return 3 + float64(min(1, i/12)) }, "from 3 to 4 allocs/op at 0000012 of 2026-01-13, p = "},
		"one of many":  {func(i int) float64 { return 201 + float64(min(1, i/12)) }, "from 201 to 202 allocs/op at 0000012"},
		"the first":    {func(i int) float64 { return float64(min(1, i/12)) }, "from 0 to 1 allocs/op at 0000012"},
		"none left":    {func(i int) float64 { return 2 - 2*float64(min(1, i/12)) }, "from 2 to 0 allocs/op at 0000012"},
	} {
		t.Run(name, func(t *testing.T) {
			findings, err := history.Find(history.SeriesOf(allocating(24, row.level), "allocs/op"))
			if err != nil {
				t.Fatal(err)
			}
			var text, drawn, data strings.Builder
			if err := errors.Join(history.Text(&text, findings, true), history.SVG(&drawn, findings), history.JSON(&data, findings)); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(text.String(), "linux-amd64-2cpu, allocs/op\n") || !strings.Contains(text.String(), row.want) {
				t.Errorf("no %q in\n%s", row.want, text.String())
			}
			if got := len(findings[0].Changes); (got == 1) != (row.want != "") {
				t.Errorf("%d changes", got)
			}
			if strings.Contains(drawn.String(), "NaN") || strings.Contains(drawn.String(), "Inf") {
				t.Errorf("a place is no number:\n%s", drawn.String())
			}
		})
	}
}
