package history_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/history"
)

func TestAHistoryIsKnownFromItsFoldersAndItsRecords(t *testing.T) {
	dir := t.TempDir()
	record := add(t, dir, build(0, map[string]float64{"A": 0.5}))
	write(t, filepath.Join(dir, "notes.txt"), "What this is.")
	results := write(t, filepath.Join(t.TempDir(), "results.txt"), "machine: m1\ncommit: c1\nBenchmarkA 1 5 ns/op\n")
	for path, want := range map[string]bool{dir: true, filepath.Dir(record): true, record: true, results: false, filepath.Dir(results): false, t.TempDir(): false} {
		is, err := history.Holds(path)
		if err != nil || is != want {
			t.Errorf("%s: %v, %v, want %v", path, is, err, want)
		}
	}
	if _, err := history.Holds(filepath.Join(dir, "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of a path that is not there: %v", err)
	}
}

func TestRecordsOfSeveralPlacesAreInOrderAndCountOnce(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i := range 4 {
		paths = append(paths, add(t, dir, build(i, map[string]float64{"A": 0.5})))
	}
	all, err := history.Load(paths[3], filepath.Dir(paths[0]), dir, paths[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 4 {
		t.Fatalf("%d records of four", len(all))
	}
	for i, r := range all[1:] {
		if !r.Made.After(all[i].Made) {
			t.Errorf("%v comes after %v", r.Made, all[i].Made)
		}
	}
	t.Chdir(filepath.Dir(paths[0]))
	if here, err := history.Load("."); err != nil || len(here) != 4 {
		t.Errorf("from within their folder: %d records, %v", len(here), err)
	}
	write(t, paths[2], "machine: m1\n")
	if _, err := history.Load(dir); err == nil || !strings.Contains(err.Error(), filepath.Base(paths[2])) {
		t.Errorf("a broken record: %v", err)
	}
}

func TestAFindingIsDrawnAlone(t *testing.T) {
	found := find(t, course(40, 0.01, stepped(25, 1.08)))[0]
	for _, size := range []chart.Size{chart.Wide, chart.Narrow} {
		svg := found.Chart(size)
		if !strings.HasPrefix(svg, "<svg ") || !strings.Contains(svg, `aria-label="A"`) || strings.Contains(svg, " style=") {
			t.Errorf("the drawing begins with %.200s", svg)
		}
	}
}
