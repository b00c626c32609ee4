package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report/page"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// documentCharts are the charts that documents show: of which run, by the
// name that the report has for them, and where they lie.
var documentCharts = []struct {
	run  func() (*question.Evidence, error)
	slug string
	file string // below results
}{
	{reference, "efficiency", "reference/efficiency.svg"},
	{reference, "time", "reference/time.svg"},
	{served, "percentiles-echorate30", "echo/latency.svg"},
	{served, "offered0", "echo/overload.svg"},
}

// overview draws what README.md shows: go f(), the semaphore, the best library
// and our own pool.
func overview() (page.Chart, error) {
	e, err := reference()
	if err != nil {
		return page.Chart{}, err
	}
	for _, m := range e.METGs(e.Family(bench.FamilyGrain.Groups), 0.5) { // the finest first
		i := slices.IndexFunc(catalog.All, func(s *strategies.Strategy) bool { return s.Name == m.Row.Strategy })
		if i >= 0 && catalog.All[i].Module != "" {
			return page.Overview(e, bench.Reference, "semaphore", m.Row.Strategy, bench.Own)
		}
	}
	return page.Chart{}, errors.New("the reference run holds no library")
}

func TestChartsOfTheDocumentsAreCurrent(t *testing.T) {
	t.Run("reference/readme.svg", func(t *testing.T) {
		p, err := overview()
		if err != nil {
			t.Fatal(err)
		}
		current(t, p, "reference/readme.svg")
	})
	for _, p := range documentCharts {
		t.Run(p.file, func(t *testing.T) {
			e, err := p.run()
			if err != nil {
				t.Fatal(err)
			}
			charts, _ := page.Charts(e)
			i := slices.IndexFunc(charts, func(drawn page.Chart) bool { return drawn.Slug == p.slug })
			if i < 0 {
				t.Fatalf("the run has no chart %s", p.slug)
			}
			current(t, charts[i], p.file)
		})
	}
}

// current compares a chart with the file below results that shows it, or writes
// it there.
func current(t *testing.T, p page.Chart, file string) {
	t.Helper()
	want := []byte(chart.Standalone(p.Wide))
	path := filepath.Join(root, "results", filepath.FromSlash(file))
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want) {
		t.Errorf("%s is stale: run go test ./bench/cmd/poolbench -run Documents -update (%v)", path, err)
	}
}
