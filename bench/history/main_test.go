package history_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/poolbench/poolbench/bench/history"
)

// The environment variables that make the test binary add a record to the
// history in a folder.
const (
	addVariable  = "HISTORY_TEST_ADD"  // the folder
	roomVariable = "HISTORY_TEST_ROOM" // limits how large files may grow
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(addVariable); dir != "" {
		if os.Getenv(roomVariable) != "" {
			limitFileSize()
		}
		_, err := history.Add(dir, build(99, map[string]float64{"Full": 1}))
		fmt.Println(err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}
