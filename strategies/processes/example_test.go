package processes_test

import (
	"fmt"

	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/processes"
	"github.com/poolbench/poolbench/strategies/remote"
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
	answer := pattern.SubmitJob(pool, remote.Job{Kind: "echo", Args: []byte("hello")})
	failing := pattern.SubmitJob(pool, remote.Job{Kind: "fail", Args: []byte("no such file")})

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
