package history

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/poolbench/poolbench/bench/stats"
)

// What counts as a change: it holds for three builds at the least, and is by
// 2 %, or by one of allocs/op, of which none comes by chance. What is shown together has no change at all that is none with a
// probability of 95 %.
const (
	ShortestLevel = 3
	SmallestRatio = 1.02
	FalseAlarms   = 0.05
)

// Longest is how many builds of a series are searched: the latest.
const Longest = 500

// A Change is a place in a series after which its ratio is another.
type Change struct {
	// At is the first build of the new level. It came with the commits after
	// the build Low-1 and up to the build High, at about 95 %; Low = High = At
	// when there is no doubt. They count in Series.Builds.
	At, Low, High int

	// P is the probability that this series would show so clear a change, or a
	// clearer one, if there were none.
	P float64

	// From and To are the medians of the levels before and after the change.
	From, To float64

	// Ratio is the level after the change as a multiple of the level before:
	// 1.10 is 10 % slower. A series of amounts has no interval of it.
	Ratio stats.Interval

	// Besides lists what else is different since the build before, such as
	// "go go1.26.8, was go1.26.3".
	Besides []string
}

// A Finding is a series with its changes.
type Finding struct {
	Series
	Changes []Change
	Start   int // builds before this one were not searched
	Fewest  int // builds that it takes to show any change
}

// Find looks for the changes in series that are shown together. Each is searched
// at a level of FalseAlarms divided by their number, so that all of them
// together raise a false alarm with that probability at most, each time they are
// looked at; that holds if the noise of a build does not depend on that of the
// one before. The same series give the same changes on every machine.
//
// Cost: a series of 200 builds with one change, among 30 series, takes about
// 0.2 s of CPU time; among 300, 2 s. Series are searched on all CPUs.
func Find(series []Series) ([]Finding, error) {
	findings := make([]Finding, len(series))
	errs := make([]error, len(series))
	search := segmentation(len(series))
	next := make(chan int)
	var searching sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(series)) {
		searching.Go(func() {
			for i := range next {
				findings[i], errs[i] = find(series[i], search)
			}
		})
	}
	for i := range series {
		next <- i
	}
	close(next)
	searching.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return nil, fmt.Errorf("cell %s on %s: %w", series[i].Cell, series[i].Machine, errs[i])
	}
	return findings, nil
}

// segmentation says how each of so many series is searched, but for the smallest
// change in it that counts.
func segmentation(series int) stats.Segmentation {
	level := FalseAlarms / float64(max(1, series))
	return stats.Segmentation{
		Shortest:     ShortestLevel,
		Level:        level,
		Permutations: max(999, int(math.Ceil(3/level))),
	}
}

func find(s Series, search stats.Segmentation) (Finding, error) {
	found := Finding{Series: s, Start: max(0, len(s.Builds)-Longest), Fewest: search.Fewest()}
	logs := make([]float64, 0, len(s.Builds))
	for _, b := range s.Builds[found.Start:] {
		logs = append(logs, s.scale(b.Value))
	}
	search.Smallest = s.smallest()
	changes, err := stats.Changes(generator(s), logs, search)
	if err != nil {
		return Finding{}, err
	}
	for _, c := range changes {
		at := found.Start + c.Index
		found.Changes = append(found.Changes, Change{
			At: at, Low: found.Start + c.First, High: found.Start + c.Last,
			P: c.P, Ratio: c.Shift.Exp(),
			Besides: besides(s.Builds[at-1], s.Builds[at]),
		})
	}
	for i, levels := 0, found.levels(); i < len(found.Changes); i++ {
		c := &found.Changes[i]
		c.From, c.To = levels[i].value, levels[i+1].value
		if s.amount() {
			c.Ratio = stats.Interval{Estimate: c.To / c.From, Reason: "amounts are compared as they are"}
		}
	}
	return found, nil
}

// generator draws the same permutations for the same series.
func generator(s Series) *rand.Rand {
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%q %q %q %q", s.Machine, s.Reference, s.Cell, s.Unit)
	return rand.New(rand.NewPCG(hash.Sum64(), uint64(len(s.Builds))))
}

// besides lists the settings in which two builds differ.
func besides(before, after Build) (list []string) {
	was, is := before.Records[len(before.Records)-1].Settings, after.Records[0].Settings
	for _, key := range Kept {
		if was[key] != is[key] {
			list = append(list, fmt.Sprintf("%s %q, was %q", key, is[key], was[key]))
		}
	}
	return list
}
