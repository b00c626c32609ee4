package prefork

import (
	"errors"
	"os"

	"github.com/poolbench/poolbench/strategies/proc"
)

// serving is the role of a process that serves.
var serving = &proc.Role{Name: "server", Hook: "prefork.Hook"}

// ErrNoHook is returned by Serve when this program cannot start processes that
// serve.
var ErrNoHook = errors.New("processes that serve need prefork.Hook: call it first thing in main or TestMain")

// Hook makes Serve possible. Call it once, first thing in main or TestMain and
// before flags are parsed. The processes answer with transform, as with
// echo.Options.Transform; nil upper-cases.
//
// It returns at once, unless this process was started to serve: then it does so
// until it is asked to drain, and exits, and nothing after it runs.
//
// It panics when it is called a second time.
func Hook(transform func(message []byte) []byte) {
	if serving.Claimed() {
		panic("prefork: Hook was called before")
	}
	if parent := serving.Claim(); parent != nil {
		os.Exit(work(parent, transform))
	}
}
