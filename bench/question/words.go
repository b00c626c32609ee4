package question

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
)

// Count writes a number before its noun: "1 process", "2 processes".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// list joins words as prose does: "a", "a and b", "a, b and c".
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return "none"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// first lists at most n of several words, and counts the others.
func first(n int, words []string) string {
	if more := len(words) - n; more > 1 {
		words = append(words[:n:n], fmt.Sprintf("%d more", more))
	}
	return list(words)
}

// names are what claims are about.
func names(claims []*claim.Claim) []string {
	return each(claims, func(c *claim.Claim) string { return c.Name })
}

// each makes a word of each claim.
func each(claims []*claim.Claim, word func(*claim.Claim) string) []string {
	out := make([]string, len(claims))
	for i, c := range claims {
		out[i] = word(c)
	}
	return out
}

// ours says whether a claim is about this project's own pool.
func ours(c *claim.Claim) bool { return c.Cell.Keys["strategy"] == bench.Own }

// top is the first n of claims that are ranked, and one more where our own pool
// would otherwise stand alone, so that a sentence that names it best names the
// best of the others too.
func top(n int, ranked []*claim.Claim) []*claim.Claim {
	shown := ranked[:min(n, len(ranked))]
	if len(shown) > 0 && !slices.ContainsFunc(shown, func(c *claim.Claim) bool { return !ours(c) }) {
		shown = ranked[:min(n+1, len(ranked))]
	}
	return shown
}

// ranking says how the first n of several claims compare with their baseline, in
// a format with places for the name of the first and for its claim: "pond is
// 2.80x [2.50, 3.10] faster than go f(), ants 1.10x [1.05, 1.15] and 2 more". It
// returns the claims that it shows.
func ranking(n int, claims []*claim.Claim, format string) (string, []*claim.Claim) {
	shown := top(n, claims)
	if len(claims) == len(shown)+1 {
		shown = claims // "1 more" is no shorter than its name
	}
	words := each(shown, multiple)
	words[0] = fmt.Sprintf(format, shown[0].Name, shown[0])
	if more := len(claims) - len(shown); more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return list(words), shown
}

// multiple is a claim in a list of ratios: "pond 2.80x [2.50, 3.10]".
func multiple(c *claim.Claim) string { return c.Name + " " + c.Multiple() }

// figured is a claim in a list of figures: "1.20 us [1.10 us, 1.32 us] with pond".
func figured(c *claim.Claim) string { return c.String() + " with " + c.Name }

// worst names the last n of several claims, the worst first: "d 3.20x [3.00,
// 3.50], c 1.40x [1.30, 1.50] and 2 more".
func worst(n int, claims []*claim.Claim) (string, []*claim.Claim) {
	backward := slices.Clone(claims)
	slices.Reverse(backward)
	return first(n, each(backward, multiple)), backward[:min(n, len(backward))]
}

// spread names the claims with the least and the most of a unit, and the best of
// the others where our own pool comes first: "1.20 us [1.10 us, 1.32 us] with
// pond, and up to 3.10 us [...] with ants".
func spread(claims []*claim.Claim) (string, []*claim.Claim) {
	if len(claims) <= 3 {
		return list(each(claims, figured)), claims
	}
	best, most := top(1, claims), claims[len(claims)-1]
	return strings.Join(each(best, figured), ", ") + ", and up to " + figured(most), append(slices.Clone(best), most)
}

// uncertainty says how far the widest interval of claims reaches: what was found
// nowhere may be hidden there.
func uncertainty(claims []*claim.Claim) string {
	switch half := claim.Uncertainty(claims); {
	case math.IsNaN(half):
		return "with an uncertainty of unknown size"
	case half >= 10:
		return "with an uncertainty of more than +-1000 %"
	default:
		return "with an uncertainty of up to +-" + claim.Percent(half)
	}
}

// rate writes how many of something there are in a second, as far as the
// interval of the time that one takes leaves it open: "3.20 to 8.90 million".
func rate(c *claim.Claim) string {
	per := func(ns float64) string { return claim.Number(1e9 / ns) }
	ns := c.Value
	if !claim.Bounded(ns) || !(ns.Low >= shortest) {
		return "about " + per(ns.Estimate)
	}
	least, most := per(ns.High), per(ns.Low)
	number, scale, _ := strings.Cut(least, " ")
	switch {
	case least == most:
		return most
	case strings.HasSuffix(most, " "+scale):
		return number + " to " + most
	}
	return least + " to " + most
}

// shortest is a picosecond: less than that is no measured time.
const shortest = 1e-3
