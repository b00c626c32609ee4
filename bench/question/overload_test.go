package question

import (
	"regexp"
	"strings"
	"testing"
)

func TestConnectionsThatStarveAlikeAreNamedOnce(t *testing.T) {
	steady := func(strategy string, share float64) measured {
		m := swamped("connection", "50", strategy, share, 56)
		m.spread = 1e-9
		return m
	}
	got := texts(t, Overload, evidence(t, 12, map[string][]measured{"echostarving": {
		swamped("connection", "50", "goroutines", 0.999, 0), steady("mine", 0.12), steady("other", 0.13),
	}}))
	want := regexp.MustCompile(`^Where a connection keeps its worker, .*: of 64 under a limit of 8, 56 with each of mine and other, of which the best answers 13\.0 % .*of the requests\.$`)
	if len(got) != 1 || !want.MatchString(got[0]) {
		t.Errorf("got %q, want %s", got, want)
	}
}

func TestNothingStarvesWithoutALimit(t *testing.T) {
	// Connections of go f() that had not been served yet when they were counted.
	got := texts(t, Overload, evidence(t, 12, map[string][]measured{"echostarving": {
		swamped("connection", "50", "goroutines", 0.999, 5), swamped("connection", "50", "mine", 0.999, 0),
	}}))
	for _, sentence := range got {
		if strings.Contains(sentence, "wait for ever") || strings.Contains(sentence, "go f()") {
			t.Errorf("it says %q", sentence)
		}
	}
}
