package results_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

// narrow are limits that a small file passes.
var narrow = results.Limits{Bytes: 4000, Lines: 60, Cells: 10, Units: 5, Heads: 20}

func TestAFileBeyondALimitIsRefusedWithTheLimitAndWhatToDo(t *testing.T) {
	many := func(n int, line func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(line(i) + "\n")
		}
		return b.String()
	}
	same := func(int) string { return "BenchmarkX 1 1 x" }
	for name, row := range map[string]struct{ text, want string }{
		"bytes":           {many(300, func(int) string { return strings.Repeat("x", 20) }), "file.txt:191: here the file passes 4000 bytes"},
		"lines":           {many(61, same), "file.txt:61: here the file passes 60 benchmark lines"},
		"cells":           {many(60, func(i int) string { return fmt.Sprintf("BenchmarkX/i=%d 1 1 x", i%30) }), "file.txt:11: here the file passes 10 different benchmarks, the most that is read; it holds 30 in 60 lines: take"},
		"numbers of CPUs": {many(40, func(i int) string { return fmt.Sprintf("BenchmarkX-%d 1 1 x", i+2) }), "it holds 40 in 40 lines"},
		"units":           {many(6, func(i int) string { return fmt.Sprintf("BenchmarkX 1 1 x%d", i) }), "file.txt:6: here the file passes 5 different sets of units"},
		"settings":        {many(21, func(i int) string { return fmt.Sprintf("key%d: v", i) }), "file.txt:21: here the file passes 20 settings"},
		"unit lines":      {many(21, func(i int) string { return fmt.Sprintf("Unit x%d better=lower", i) }), "file.txt:21: here the file passes 20 settings"},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := narrow.Read(strings.NewReader(row.text), "file.txt")
			if tooLarge := new(results.TooLarge); !errors.As(err, &tooLarge) || !strings.Contains(err.Error(), row.want) {
				t.Fatalf("read %v, %v; want %q", set, err, row.want)
			}
			if !strings.Contains(err.Error(), "or split it") {
				t.Errorf("error %q does not say what to do", err)
			}
		})
	}
	for name, text := range map[string]string{
		"lines": many(60, same),
		"cells": many(50, func(i int) string { return fmt.Sprintf("BenchmarkX/i=%d 1 1 x", i%10) }),
		"units": many(50, func(i int) string { return fmt.Sprintf("BenchmarkX 1 1 x%d", i%5) }),
		"bytes": line + strings.Repeat("x", 4000-len(line)),
	} {
		if set, err := narrow.Read(strings.NewReader(text), "file.txt"); err != nil || len(set.Cells) == 0 {
			t.Errorf("just as many %s as the limit: %v", name, err)
		}
	}
}

// A line must cost no more than its figures and its place: a file may hold a
// million.
func TestALineTakesFewBytes(t *testing.T) {
	const lines = 20_000
	text := strings.Repeat("BenchmarkX/strategy=ants-2 100 10 ns/task 0.5 x-ref 0.25 cpu-x-ref 8 B/task 1 allocs/task\n", lines)
	before := heap()
	set := read(t, text)
	took := (int64(heap()) - int64(before)) / lines
	if len(set.Cells[0].Samples) != lines {
		t.Fatalf("%d samples", len(set.Cells[0].Samples))
	}
	// 88 bytes and 8 a figure, and room to grow by a quarter.
	if took > 200 {
		t.Errorf("a line takes %d bytes", took)
	}
}
