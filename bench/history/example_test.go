package history_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/poolbench/poolbench/bench/history"
)

// Each job adds a record of its commit. The series of a benchmark goes through
// all of them, and Find says at which commit it changed.
func Example() {
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for day := range 40 {
		ratio := 1 + 0.002*float64(day%5) // of its time to the reference's
		if day >= 25 {
			ratio *= 1.2
		}
		made := begin.AddDate(0, 0, day)
		if _, err := history.Add(dir, &history.Record{
			Machine: "linux-amd64-2cpu", Commit: fmt.Sprintf("c%02d", day), Made: made, Measured: made.Add(time.Hour), Reference: "Baseline",
			Cells: []history.Entry{{Name: "Encode", Lines: 5, Ratios: map[string]float64{"x-ref": ratio}}},
		}); err != nil {
			fmt.Println(err)
			return
		}
	}

	records, err := history.Read(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	findings, err := history.Find(history.SeriesOf(records, "x-ref"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range findings {
		for _, change := range f.Changes {
			fmt.Printf("%s: %.2f times as long from %s on\n", f.Cell, change.Ratio.Estimate, f.Builds[change.At].Commit)
		}
	}
	// Output: Encode: 1.20 times as long from c25 on
}

// The same record is added only once.
func ExampleAdd() {
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	made := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	record := &history.Record{
		Machine: "linux-amd64-2cpu", Commit: "0123456789ab", Made: made, Measured: made, Reference: "Baseline",
		Cells: []history.Entry{{Name: "Encode", Lines: 5, Ratios: map[string]float64{"x-ref": 1.25}}},
	}
	path, err := history.Add(dir, record)
	within, _ := filepath.Rel(dir, path)
	fmt.Println(filepath.ToSlash(within), err)
	_, err = history.Add(dir, record)
	fmt.Println(err)
	// Output:
	// linux-amd64-2cpu/20260115T120000Z-0123456789ab.txt <nil>
	// the same record is there already
}
