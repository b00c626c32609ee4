package peers

import (
	"testing"

	"github.com/poolbench/poolbench/bench/experiment"
)

func TestAPeerThatHangsIsGivenUpBeforeItsHost(t *testing.T) {
	// What a host is patient with is one call: an opening, of two answers, or
	// a turn, of one.
	if opening := 2 * patience; opening >= experiment.DefaultPatience {
		t.Errorf("a peer may take %v to open, and its host is killed after %v", opening, experiment.DefaultPatience)
	}
}
