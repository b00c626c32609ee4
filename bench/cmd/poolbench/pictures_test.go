package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report/page"
)

// documentPictures are the pictures that documents show: of which run, by the
// name that the report has for them, and where they lie.
var documentPictures = []struct {
	run  func() (*question.Evidence, error)
	slug string
	file string // below results
}{
	{reference, "efficiency", "reference/efficiency.svg"},
	{reference, "time", "reference/time.svg"},
	{served, "percentiles-echorate30", "echo/latency.svg"},
	{served, "offered0", "echo/overload.svg"},
}

func TestPicturesOfTheDocumentsAreCurrent(t *testing.T) {
	for _, p := range documentPictures {
		t.Run(p.file, func(t *testing.T) {
			e, err := p.run()
			if err != nil {
				t.Fatal(err)
			}
			pictures, _, err := page.Pictures(e)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(pictures, func(drawn page.Picture) bool { return drawn.Slug == p.slug })
			if i < 0 {
				t.Fatalf("the run has no picture %s", p.slug)
			}
			want := []byte(chart.Standalone(pictures[i].Wide))
			path := filepath.Join(root, "results", filepath.FromSlash(p.file))
			if *update {
				if err := os.WriteFile(path, want, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want) {
				t.Errorf("%s is stale: run go test ./bench/cmd/poolbench -run Documents -update (%v)", path, err)
			}
		})
	}
}
