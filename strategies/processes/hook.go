package processes

import (
	"fmt"
	"os"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/remote"
)

// worker is the role of a process that runs jobs.
var worker = &proc.Role{Name: "worker", Hook: "processes.Hook"}

// longestName is how many bytes a kind's name may have, since a frame gives
// its length in one byte.
const longestName = 255

// hooked is what Hook was called with, nil until then.
var hooked atomic.Pointer[map[string]remote.Kind]

// Hook makes worker processes possible. Call it once, first thing in main or
// TestMain and before flags are parsed, with every kind of job that the
// program submits to other processes.
//
// It returns at once, unless this process was started as a worker: then it
// serves jobs until there are no more and exits, and nothing after it runs.
//
// It panics when it is called a second time, or with two kinds of one name: a
// worker would know other jobs than its pool.
func Hook(kinds ...remote.Kind) {
	byName := make(map[string]remote.Kind, len(kinds))
	for _, kind := range kinds {
		switch _, twice := byName[kind.Name]; {
		case twice:
			panic(fmt.Sprintf("processes: two kinds of job are called %q", kind.Name))
		case kind.Name == "" || len(kind.Name) > longestName:
			panic(fmt.Sprintf("processes: a kind of job is called %q: want 1 to %d bytes", kind.Name, longestName))
		case kind.Run == nil:
			panic(fmt.Sprintf("processes: kind of job %q has no Run", kind.Name))
		}
		byName[kind.Name] = kind
	}
	if !hooked.CompareAndSwap(nil, &byName) {
		panic("processes: Hook was called before: give it every kind of job in one call")
	}
	if parent := worker.Claim(); parent != nil {
		os.Exit(work(parent, byName))
	}
}
