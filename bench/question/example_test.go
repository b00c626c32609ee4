package question_test

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// evidence is that of eight processes, in each of which three strategies took
// turns at empty tasks. The control is go f() measured a second time.
func evidence() *question.Evidence {
	const cell = "BenchmarkFanout/pattern=callback/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy="
	var b strings.Builder
	for block := 1; block <= 8; block++ {
		fmt.Fprintf(&b, "=== block %d group submit seed 1 steal 0\n", block)
		fmt.Fprintf(&b, "%sgoroutines 1000 40%d ns/task 1 x-ref\n", cell, block)
		fmt.Fprintf(&b, "%scontrol 1000 40%d ns/task 1.00%d x-ref\n", cell, 9-block, block)
		fmt.Fprintf(&b, "%spond 1000 20%d ns/task 0.50%d x-ref\n", cell, block, block)
	}
	set, err := results.Read(strings.NewReader(b.String()), "results.txt")
	if err != nil {
		panic(err)
	}
	return question.NewEvidence(set)
}

func Example() {
	answers, err := question.Answers(evidence())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range answers {
		fmt.Printf("%s\n  %s\n", a.Question.Ask, a.Short())
	}
	// Output:
	// Is a pool faster than go f(), and up to what task size?
	//   Yes, for empty tasks: pond is 1.98x [1.97, 1.99] faster than go f().
	// What does a submit cost, what completes per second, and how long is it from submit to done?
	//   To the end of the last task, pond completes 4.81 to 4.98 million tasks a second: one takes 204 ns [201 ns, 208 ns] with pond and 404 ns [401 ns, 408 ns] with go f().
}

// The figure that an answer leads with is a claim of its first sentence.
func ExampleAnswer_Lead() {
	a, err := question.Goroutine.Answer(evidence())
	if err != nil {
		fmt.Println(err)
		return
	}
	lead := a.Lead()
	fmt.Println(lead.Figure(), lead.What())
	fmt.Println(lead.Range(), "from", lead.Value.N, "processes, measured", lead.Design)
	// Output:
	// 1.98x faster than go f(), with pond
	// [1.97, 1.99] from 8 processes, measured in turns
}

// A question is a value: groups, a unit and a baseline, and shapes that make
// sentences of the claims.
func ExampleQuestion() {
	q := &question.Question{
		Slug: "cost", Ask: "What does an empty task cost?",
		Parts: []question.Part{
			question.Spread{Group: bench.GroupSubmit, Unit: results.NsPerTask, Say: "An empty task takes %s."},
			question.Lengths{Groups: []*bench.Group{bench.GroupSubmit}, Baseline: question.Reference},
		},
	}
	a, err := q.Answer(evidence())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range a.Texts() {
		fmt.Println(s)
	}
	// Output:
	// An empty task takes 204 ns [201 ns, 208 ns] with pond and 404 ns [401 ns, 408 ns] with go f().
	// Yes, for empty tasks: pond is 1.98x [1.97, 1.99] faster than go f().
}
