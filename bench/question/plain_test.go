package question

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
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
	g := e.Group("submit")
	if len(g.Rows) != 3 {
		t.Fatalf("the group of empty tasks has %d rows", len(g.Rows))
	}
	if r := g.Row("pond"); math.Abs(r.Ratio.Estimate-0.5) > 0.02 || r.Verdict != Faster || r.Ratio.N != 10 {
		t.Errorf("pond is %v, %v", r.Ratio, r.Verdict)
	}
	if r := g.Row("ants"); r.Verdict != Slower {
		t.Errorf("ants is %v, %v", r.Ratio, r.Verdict)
	}
	if a := Answers(e); len(a) == 0 || !strings.HasPrefix(a[0].Sentences[0], "Yes, for empty tasks: pond takes 0.5") {
		t.Errorf("the answers are %+v", a)
	}
}

func TestLinesOfOthersAreGroupedByWhatTheyCompare(t *testing.T) {
	e := printed(t,
		"BenchmarkParse/size=10-2 100 12 ns/op", "BenchmarkParse/size=20-2 100 24 ns/op",
		"BenchmarkMap/size=10/strategy=goroutines-2 100 10 ns/op", "BenchmarkMap/size=10/strategy=mine-2 100 5 ns/op", "BenchmarkMap/size=20/strategy=mine-2 100 5 ns/op")
	for slug, rows := range map[string]int{"BenchmarkParse": 2, "BenchmarkMap/size=10": 2, "BenchmarkMap/size=20": 1} {
		if n := len(e.Group(slug).Rows); n != rows {
			t.Errorf("group %s has %d rows, want %d", slug, n, rows)
		}
	}
	for _, r := range e.Group("BenchmarkMap/size=10").Rows {
		if r.Strategy == "mine" && r.Ratio.Estimate != 0.5 {
			t.Errorf("mine is %v", r.Ratio)
		}
	}
}

func TestPatternsOfOneWorkloadBelongTogether(t *testing.T) {
	e := printed(t,
		"BenchmarkFanout/pattern=callback/pool=kept/work=spin/grain=1us/tasks=250/limit=64/submitters=1/strategy=goroutines 100 10 ns/task",
		"BenchmarkFanout/pattern=collect/pool=fresh/work=spin/grain=1us/tasks=250/limit=64/submitters=1/strategy=pond 100 20 ns/task",
		"BenchmarkFanout/pattern=native/idiom=stream/pool=fresh/work=spin/grain=1us/tasks=250/limit=64/submitters=1/strategy=conc 100 20 ns/task",
		"BenchmarkFanout/pattern=callback/pool=fresh/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy=pond 100 20 ns/task")
	if n := len(e.Group("results").Rows); n != 3 {
		t.Errorf("the group of patterns has %d rows", n)
	}
	if n := len(e.Group("fresh").Rows); n != 1 {
		t.Errorf("the group of fresh pools has %d rows", n)
	}
}

func TestBlocksOfARunStayAsTheyAre(t *testing.T) {
	e := printed(t, "=== block 1 group mine seed 1 steal 0", emptyTasks+"goroutines 1 5 ns/task 1 x-ref")
	if e.Plain() || len(e.Group("mine").Rows) != 1 {
		t.Error("the block is not taken as it is")
	}
}

func TestABasisSaysWhatWouldChangeTheAnswer(t *testing.T) {
	var lines []string
	for k := 1; k <= 12; k++ {
		lines = append(lines, fmt.Sprintf("=== block %d group submit seed 1 steal 0", k))
		for strategy, x := range map[string]float64{"goroutines": 1, "control": 1, "fast": 0.5, "next": 0.8, "level": 0.81} {
			wobble := 1 + 0.01*float64(k%4)
			lines = append(lines, fmt.Sprintf("%s%s 1 %v ns/task %v x-ref", emptyTasks, strategy, 400*x*wobble, x*wobble))
		}
	}
	e := printed(t, lines...)
	b := Goroutine.Basis(e)
	if b == nil || b.Cell.Keys["strategy"] != "fast" || !strings.HasPrefix(b.Figure, "0.5") || b.Range == "" || b.Value.N != 12 {
		t.Fatalf("the basis is %+v", b)
	}
	if want := "The next, next, would have to take at least 3"; len(b.Changes) != 1 || !strings.HasPrefix(b.Changes[0], want) {
		t.Errorf("the changes are %q, want %q", b.Changes, want)
	}
	if b := Stack.Basis(e); b != nil {
		t.Errorf("there is a figure on stacks: %+v", b)
	}
}
