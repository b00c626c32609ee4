package processes_test

import (
	"fmt"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/processes"
)

// The workers are this program, started again: main, or TestMain here, calls Hook
// with every kind of job before it does anything else. A kind takes bytes, because
// a func cannot cross to another process.
func Example() {
	pool, err := processes.Open(2)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := strategies.SubmitJob(pool, strategies.Job{Kind: "echo", Args: []byte("hello")})
	failing := strategies.SubmitJob(pool, strategies.Job{Kind: "fail", Args: []byte("no such file")})

	result, err := answer.Result()
	fmt.Printf("%s %v\n", result, err)
	_, err = failing.Result()
	fmt.Println(err)
	fmt.Println(pool.Close())
	// Output:
	// hello <nil>
	// job of kind "fail": no such file
	// <nil>
}
