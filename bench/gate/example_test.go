package gate_test

import (
	"context"
	"fmt"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
)

// A gate compares two builds of the module in this folder. It takes as long as its
// budget, and its own folder holds the plan and the pairs, so that it can be
// resumed when it was interrupted. (This example is compiled and not run.)
func ExampleGate() {
	g := &gate.Gate{Say: func(line string) { fmt.Println(line) }}
	defer g.Close()
	ctx := context.Background()
	err := g.Begin(ctx, ".", "results/local/gate", gate.Request{
		Base: "main", Head: ".", Packages: []string{"./..."}, Bench: ".", CPU: []int{2}, Budget: 10 * time.Minute, Seed: 1,
	})
	if err == nil {
		err = g.Measure(ctx)
	}
	if err == nil {
		err = g.Write()
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(g.Result().Words())
}

// A request says what to compare in exactly one way.
func ExampleRequest_Validate() {
	r := gate.Request{Base: "v1.2.0", Head: "v1.3.0", Bench: ".", CPU: []int{2}, Budget: time.Minute}
	fmt.Println(r.Validate())
	r.Budget = time.Second
	fmt.Println(r.Validate())
	// Output:
	// <nil>
	// --budget 1s: want at least 3s
}
