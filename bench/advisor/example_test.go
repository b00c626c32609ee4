package advisor_test

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench/advisor"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// Strategies whose guarantees do not fit are ruled out with the reason; those
// that were measured near enough to the case are ranked.
func ExampleData_Advise() {
	const cell = "BenchmarkFanout/pattern=callback/pool=kept/work=spin/grain=1us/tasks=1000/limit=64/submitters=1/strategy="
	var b strings.Builder
	for block := 1; block <= 8; block++ {
		fmt.Fprintf(&b, "=== block %d group grain1us seed 1 steal 0\n%sgoroutines 1000 1 x-ref\n%spond 1000 0.7%d x-ref\n%sconc 1000 0.9%d x-ref\n", block, cell, cell, block, cell, block)
	}
	set, err := results.Read(strings.NewReader(b.String()), "results.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := advisor.Gather(lineup.All, question.NewEvidence(set))
	if err != nil {
		fmt.Println(err)
		return
	}
	advice := data.Advise(advisor.Case{Grain: 1500, Tasks: 1000, Limit: 64, Submitters: 1, Needs: []string{"survive"}})
	fmt.Println(advice.Lead())
	for _, r := range advice.Ranked {
		fmt.Printf("%s %.2f\n", r.Label(), r.Ratio)
	}
	out := advice.Excluded[1]
	fmt.Println(out.Name, "is ruled out for", len(out.Reasons), "reasons")
	// Output:
	// Closest measured: 1000 tasks that compute for 1us, limit 64 (tasks of 1us, not 1.5us).
	// pond 0.74
	// conc 0.94
	// goroutines is ruled out for 2 reasons
}
