package question

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// printed is the evidence of what "go test -bench" prints.
func printed(t *testing.T, lines ...string) *Evidence {
	t.Helper()
	set, err := results.Read(strings.NewReader(strings.Join(lines, "\n")+"\n"), "plain.txt")
	if err != nil {
		t.Fatal(err)
	}
	return NewEvidence(set)
}

const emptyTasks = "BenchmarkFanout/pattern=callback/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy="

func TestLinesWithoutBlocksAreHeldAgainstTheReference(t *testing.T) {
	var lines []string
	for k := range 10 {
		for strategy, ns := range map[string]float64{"goroutines": 400, "pond": 200, "ants": 800} {
			lines = append(lines, fmt.Sprintf("%s%s-2 100 %v ns/task", emptyTasks, strategy, ns+float64(k)))
		}
	}
	e := printed(t, lines...)
	if !e.Plain() {
		t.Error("the lines are taken to say what was measured together")
	}
	g := e.group("submit")
	if len(g.Rows) != 3 {
		t.Fatalf("the group of empty tasks has %d rows", len(g.Rows))
	}
	ratios := inTurns(t, e, g)
	if c := ratios.Of(g.Row("pond").Cell); math.Abs(c.Value.Estimate-0.5) > 0.02 || c.Verdict != claim.Better || c.Value.N != 10 || c.Design != claim.ByLines {
		t.Errorf("pond is %v, %v, %v", c.Value, c.Verdict, c.Design)
	}
	if c := ratios.Of(g.Row("ants").Cell); c.Verdict != claim.Worse {
		t.Errorf("ants is %v, %v", c.Value, c.Verdict)
	}
	if a := answered(t, e); len(a) == 0 || !strings.HasPrefix(a[0].Sentences[0].Text, "Yes, for empty tasks: pond is 1.9") {
		t.Errorf("the answers are %+v", a)
	}
}

func TestLinesOfOthersAreGroupedByWhatTheyCompare(t *testing.T) {
	e := printed(t,
		"BenchmarkParse/size=10-2 100 12 ns/op", "BenchmarkParse/size=20-2 100 24 ns/op",
		"BenchmarkMap/size=10/strategy=goroutines-2 100 10 ns/op", "BenchmarkMap/size=10/strategy=mine-2 100 5 ns/op", "BenchmarkMap/size=20/strategy=mine-2 100 5 ns/op")
	for slug, rows := range map[string]int{"BenchmarkParse": 2, "BenchmarkMap/size=10": 2, "BenchmarkMap/size=20": 1} {
		if n := len(e.group(slug).Rows); n != rows {
			t.Errorf("group %s has %d rows, want %d", slug, n, rows)
		}
	}
	for _, c := range inTurns(t, e, e.group("BenchmarkMap/size=10")).Claims {
		if c.Cell.Keys["strategy"] == "mine" && c.Value.Estimate != 0.5 {
			t.Errorf("mine is %v", c.Value)
		}
	}
}

func TestPatternsOfOneWorkloadBelongTogether(t *testing.T) {
	e := printed(t,
		"BenchmarkFanout/pattern=callback/pool=kept/work=spin/grain=1us/tasks=250/limit=64/submitters=1/strategy=goroutines 100 10 ns/task",
		"BenchmarkFanout/pattern=collect/pool=fresh/work=spin/grain=1us/tasks=250/limit=64/submitters=1/strategy=pond 100 20 ns/task",
		"BenchmarkFanout/pattern=native/idiom=stream/pool=fresh/work=spin/grain=1us/tasks=250/limit=64/submitters=1/strategy=conc 100 20 ns/task",
		"BenchmarkFanout/pattern=callback/pool=fresh/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy=pond 100 20 ns/task")
	if n := len(e.group("results").Rows); n != 3 {
		t.Errorf("the group of patterns has %d rows", n)
	}
	if n := len(e.group("fresh").Rows); n != 1 {
		t.Errorf("the group of fresh pools has %d rows", n)
	}
}

func TestBlocksOfARunStayAsTheyAre(t *testing.T) {
	e := printed(t, "=== block 1 group mine seed 1 steal 0", emptyTasks+"goroutines 1 5 ns/task 1 x-ref")
	if e.Plain() || len(e.group("mine").Rows) != 1 {
		t.Error("the block is not taken as it is")
	}
}

func TestAnAnswerSaysWhatWouldChangeIt(t *testing.T) {
	var lines []string
	for k := 1; k <= 12; k++ {
		lines = append(lines, fmt.Sprintf("=== block %d group submit seed 1 steal 0", k))
		for strategy, x := range map[string]float64{"goroutines": 1, "control": 1, "fast": 0.5, "next": 0.8, "level": 0.81} {
			wobble := 1 + 0.01*float64(k%4)
			lines = append(lines, fmt.Sprintf("%s%s 1 %v ns/task %v x-ref", emptyTasks, strategy, 400*x*wobble, x*wobble))
		}
	}
	e := printed(t, lines...)
	a, err := Goroutine.Answer(e)
	if err != nil {
		t.Fatal(err)
	}
	lead := a.Lead()
	if lead == nil || lead.Cell.Keys["strategy"] != "fast" || !strings.HasPrefix(lead.Figure(), "2.0") || lead.Range() == "" || lead.Value.N != 12 {
		t.Fatalf("the answer leads with %+v", lead)
	}
	if !strings.Contains(a.Sentences[0].Text, lead.String()) {
		t.Errorf("the figure %s is not in the sentence %q", lead, a.Sentences[0].Text)
	}
	if want := "The next, next, would need at least 3"; len(a.Changes) != 1 || !strings.HasPrefix(a.Changes[0], want) {
		t.Errorf("the changes are %q, want %q", a.Changes, want)
	}
	if a, err := Stack.Answer(e); err != nil || a.Lead() != nil {
		t.Errorf("there is a figure on stacks: %+v, %v", a, err)
	}
}

func TestASweepThatGoTestPrintedHasAGranularity(t *testing.T) {
	sweep := func(suffix string) *Evidence {
		var lines []string
		for range 12 {
			for _, grain := range []string{"100ns", "500ns", "2us", "10us"} {
				length, err := time.ParseDuration(grain)
				if err != nil {
					t.Fatal(err)
				}
				for strategy, overhead := range map[string]float64{"loop": 0, "goroutines": 600, "mine": 1000} {
					ns := float64(length)
					if strategy != "loop" {
						ns = ns/2 + overhead
					}
					tasks := map[string]int{"100ns": 1000, "500ns": 1000, "2us": 500, "10us": 200}[grain]
					lines = append(lines, fmt.Sprintf("BenchmarkFanout/pattern=callback/pool=kept/work=spin/grain=%s/tasks=%d/limit=64/submitters=1/strategy=%s%s 10 %v ns/task", grain, tasks, strategy, suffix, ns))
				}
			}
		}
		return printed(t, lines...)
	}
	e := sweep("-2")
	if e.CPUs() != 2 {
		t.Errorf("names that end in -2 are of %d CPUs", e.CPUs())
	}
	// Half of two CPUs works where the overhead is half of a task's length.
	for _, m := range granularities(e) {
		want := map[string]float64{"goroutines": 1200, "mine": 2000}[m.Row.Strategy]
		if m.Point.Place != stats.InSweep || math.Abs(m.Point.X/want-1) > 0.1 {
			t.Errorf("%s: %v, want about %v ns", m.Row.Strategy, m, want)
		}
	}
	if n := len(granularities(e)); n != 2 {
		t.Errorf("%d strategies have a granularity", n)
	}
	if n := len(granularities(sweep(""))); n != 0 {
		t.Errorf("without a number of CPUs %d strategies have a granularity", n)
	}
}

func TestWhatHelpsIsWhatTheFileCameFrom(t *testing.T) {
	var lines []string
	for k := range 3 {
		for strategy, ns := range map[string]float64{"goroutines": 400, "pond": 200, "semaphore": 800} {
			lines = append(lines, fmt.Sprintf("%s%s-2 100 %v ns/task", emptyTasks, strategy, ns+float64(k)))
		}
	}
	answers := answered(t, printed(t, lines...))
	if len(answers) < 2 {
		t.Fatalf("the answers are %+v", answers)
	}
	for _, a := range answers {
		text := strings.Join(a.Texts(), " ")
		if strings.Contains(text, "process") || strings.Contains(text, "--time") {
			t.Errorf("%s: lines of go test know neither processes nor --time: %s", a.Question.Slug, text)
		}
	}
	if want := "at most 3 lines of each strategy, where comparing 2 takes 7. -count=7 gives them"; !strings.Contains(answers[0].Sentences[0].Text, want) {
		t.Errorf("got %q, want %q in it", answers[0].Sentences[0].Text, want)
	}
}

func TestServersThatGoTestPrintedAreCompared(t *testing.T) {
	var lines []string
	for k := range 12 {
		wobble := 1 + 0.002*float64(k%5)
		for cell, cpu := range map[string]float64{"unit=connection/%s/strategy=goroutines": 10e3, "unit=message/%s/strategy=goroutines": 13e3, "unit=own/%s/strategy=eventloop": 7e3} {
			lines = append(lines, fmt.Sprintf("BenchmarkEcho/load=closed/"+cell+"-2 100 %v req/s %v cpu-ns/req 0 invalid-share", "connections=64/payload=64", 1e9/cpu, cpu*wobble))
		}
		lines = append(lines, fmt.Sprintf("BenchmarkEcho/load=closed/unit=connection/connections=64/payload=64/panics=1000/strategy=goroutines-2 100 %v crashed-share", 0))
	}
	e := printed(t, lines...)
	g := e.group("echocapacity")
	if len(g.Rows) != 3 {
		t.Fatalf("the closed loop has %d rows", len(g.Rows))
	}
	c, err := e.Compare(g, cpuQuery)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Sorted(func(c *claim.Claim) bool { return c.Verdict != claim.NotJudged }) {
		want := map[string]float64{"a goroutine per message": 1.3, "eventloop": 0.7}[s.Name]
		if math.Abs(s.Value.Estimate/want-1) > 0.02 {
			t.Errorf("%s needs %v of the CPU time, want %v", s.Name, s.Value, want)
		}
	}
	if text := strings.Join(texts(t, Server, e), " "); !strings.Contains(text, "eventloop") || !strings.Contains(text, "1.43x [") || !strings.Contains(text, "1.30x [") {
		t.Errorf("the answer is %q", text)
	}
}
