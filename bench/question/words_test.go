package question

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

func TestRatesComeWithTheirInterval(t *testing.T) {
	for _, c := range []struct {
		low, estimate, high float64
		want                string
	}{
		{112.3, 200, 312.5, "3.20 to 8.90 million"},
		{800, 1200, 2000, "500 thousand to 1.25 million"},
		{160, 160, 160, "6.25 million"},
		{2150, 2150, 4300, "233 to 465 thousand"},
		{2e6, 3e6, 4e6, "250 to 500"},
		{math.Inf(-1), 160, math.Inf(1), "about 6.25 million"},
		{-1, 160, 170, "about 6.25 million"},
	} {
		if got := rate(&claim.Claim{Value: stats.Interval{Low: c.low, Estimate: c.estimate, High: c.high}}); got != c.want {
			t.Errorf("%v to %v ns are %q a second, want %q", c.low, c.high, got, c.want)
		}
	}
}

func TestListsReadAsProse(t *testing.T) {
	for _, c := range []struct {
		n     int
		words string
		want  string
	}{
		{3, "", "none"}, {3, "a", "a"}, {3, "a b", "a and b"}, {3, "a b c", "a, b and c"},
		{3, "a b c d", "a, b, c and d"}, // "1 more" is no shorter than its name
		{3, "a b c d e", "a, b, c and 2 more"},
	} {
		if got := first(c.n, strings.Fields(c.words)); got != c.want {
			t.Errorf("first(%d, %q) = %q, want %q", c.n, c.words, got, c.want)
		}
	}
	all := make([]*claim.Claim, 4)
	for i, x := range []float64{0.2, 0.25, 0.4, 0.5} {
		all[i] = ratioOf(string(rune('a'+i)), x)
	}
	for _, c := range []struct {
		n     int
		all   []*claim.Claim
		want  string
		shown int
	}{
		{3, all[:1], "a is 5.00x [5.00, 5.00] faster than it", 1},
		{3, all[:3], "a is 5.00x [5.00, 5.00] faster than it, b 4.00x [4.00, 4.00] and c 2.50x [2.50, 2.50]", 3},
		{3, all, "a is 5.00x [5.00, 5.00] faster than it, b 4.00x [4.00, 4.00], c 2.50x [2.50, 2.50] and d 2.00x [2.00, 2.00]", 4},
		{2, all, "a is 5.00x [5.00, 5.00] faster than it, b 4.00x [4.00, 4.00] and 2 more", 2},
	} {
		if got, shown := ranking(c.n, c.all, "%s is %s than it"); got != c.want || len(shown) != c.shown {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got, _ := worst(2, all); got != "d 2.00x [2.00, 2.00], c 2.50x [2.50, 2.50] and 2 more" {
		t.Errorf("got %q", got)
	}
}

func ratioOf(strategy string, x float64) *claim.Claim {
	return &claim.Claim{
		Subject: claim.Subject{Name: strategy, Cell: &results.Cell{Keys: map[string]string{"strategy": strategy}}}, Unit: results.XRef,
		Baseline: claim.Subject{Name: "it"}, Value: stats.Interval{Estimate: x, Low: x, High: x, N: 9},
	}
}

func TestWhoeverNamesOurPoolBestNamesTheBestOfTheOthers(t *testing.T) {
	own, others := ratioOf(bench.Own, 0.1), []*claim.Claim{ratioOf("a", 0.2), ratioOf("b", 0.3), ratioOf("c", 0.4)}
	for _, c := range []struct {
		what string
		all  []*claim.Claim
		n    int
		want []string
	}{
		{"ours comes first of one that is shown", append([]*claim.Claim{own}, others...), 1, []string{bench.Own, "a"}},
		{"ours comes first of two", append([]*claim.Claim{own}, others...), 2, []string{bench.Own, "a"}},
		{"ours is the only one", []*claim.Claim{own}, 1, []string{bench.Own}},
		{"another comes first", append(slices.Clone(others), own), 1, []string{"a"}},
	} {
		if got := names(top(c.n, c.all)); !slices.Equal(got, c.want) {
			t.Errorf("%s: shown are %v, want %v", c.what, got, c.want)
		}
	}
	if text, _ := spread(append([]*claim.Claim{own}, others...)); !strings.Contains(text, " with a, and up to") {
		t.Errorf("the best of the others is not named: %s", text)
	}
}
