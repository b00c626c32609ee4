package question

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// measured is one strategy of a group as a test makes it up.
type measured struct {
	strategy string
	keys     string             // of the workload, in place of the plain ones
	values   map[string]float64 // in the median
	spread   float64            // standard deviation of the logarithms; 0: 1 %
	missing  []int              // blocks in which the cell was not measured
}

// kinds are those of the strategies that tests name, as a file's head has them.
const kinds = "serial=floor goroutines=pool semaphore=pool handrolled=pool conc=pool pond=pool ants=pool stealing=pool processes=remote acceptors=server eventloop=server netpoll=server prefork=server"

// texts answers a question.
func texts(t testing.TB, q *Question, e *Evidence) []string {
	t.Helper()
	a, err := q.Answer(e)
	if err != nil {
		t.Fatal(err)
	}
	return a.Texts()
}

// group returns a group by its slug.
func (e *Evidence) group(slug string) *Group { return e.Group(&bench.Group{Slug: slug}) }

// plain is the workload of a group that says nothing else.
const plain = "pattern=callback/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1"

// ratio is a cell whose time is that multiple of the reference's.
func ratio(strategy string, x float64) measured {
	return measured{strategy: strategy, values: map[string]float64{results.XRef: x, results.NsPerTask: 500 * x}}
}

// under puts cells under another workload: pairs of a key and its value.
func under(keys string, cells ...measured) []measured {
	out := make([]measured, len(cells))
	for i, c := range cells {
		c.keys = replaceKeys(plain, keys)
		out[i] = c
	}
	return out
}

// replaceKeys puts the values of keys, such as "work=spin/grain=1us", into a
// workload.
func replaceKeys(workload, keys string) string {
	parts := strings.Split(workload, "/")
	for _, key := range strings.Split(keys, "/") {
		name, _, _ := strings.Cut(key, "=")
		for i, part := range parts {
			if strings.HasPrefix(part, name+"=") {
				parts[i] = key
			}
		}
		if name == "idiom" {
			parts = append(parts, key)
		}
	}
	return strings.Join(parts, "/")
}

// evidence writes made-up results with so many blocks, and reads them.
func evidence(t testing.TB, blocks int, groups map[string][]measured, head ...results.Setting) *Evidence {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.txt")
	w, err := results.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if !slices.ContainsFunc(head, func(s results.Setting) bool { return s.Key == "kinds" }) {
		head = append(slices.Clip(head), results.Setting{Key: "kinds", Value: kinds})
	}
	must(w.Head(head))
	rng := rand.New(rand.NewPCG(7, 7))
	for block := 1; block <= blocks; block++ {
		for _, slug := range sortedKeys(groups) {
			must(w.Block(results.Block{Number: block, Group: slug, Seed: uint64(block)}))
			for _, c := range groups[slug] {
				line(t, w, c, block, rng)
			}
		}
	}
	must(w.Close())
	set, err := results.Open(path)
	must(err)
	return NewEvidence(set)
}

// line writes one process of a cell.
func line(t testing.TB, w *results.Writer, c measured, block int, rng *rand.Rand) {
	t.Helper()
	if slices.Contains(c.missing, block) {
		return
	}
	keys, spread := c.keys, c.spread
	if keys == "" {
		keys = plain
	}
	if spread == 0 {
		spread = 0.01
	}
	values := make(map[string]float64)
	for _, unit := range sortedKeys(c.values) {
		values[unit] = c.values[unit] * math.Exp(spread*rng.NormFloat64())
	}
	if x, ok := c.values[results.XRef]; ok && c.strategy == bench.Reference && strings.Contains(keys, "pattern=callback") {
		values[results.XRef] = x // against itself, exactly
	}
	measure := bench.Fanout
	switch {
	case strings.HasPrefix(keys, "load="):
		measure = bench.Echo
	case c.values[results.PeakRSS] != 0 || c.values[results.PeakStack] != 0:
		measure = bench.Memory
	case c.values[results.DoneP99] != 0:
		measure = bench.Latency
	}
	if err := w.Line(fmt.Sprintf("%s/%s/strategy=%s-2", measure, keys, c.strategy), 1000, values); err != nil {
		t.Fatal(err)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
