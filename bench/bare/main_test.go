package bare

import (
	"fmt"
	"os"
	"testing"

	"github.com/poolbench/poolbench/bench/child"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// The processes of a plan are this test binary, called with the word host.
func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if len(os.Args) > 1 && os.Args[1] == "host" {
		replies, err := child.TakeStdout()
		if err == nil {
			err = Host(os.Stdin, replies, catalog.All)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}
