package report

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
)

// A made is what a test makes up of one cell.
type made struct {
	keys   string // of the workload
	name   string
	values map[string]float64
}

// oneGroup writes so many blocks of one group, in which every value wobbles a
// little around its own.
func oneGroup(t *testing.T, slug string, blocks int, head []results.Setting, cells ...made) *question.Evidence {
	t.Helper()
	return write(t, filepath.Join(t.TempDir(), "results.txt"), head, func(w *results.Writer) {
		for block := 1; block <= blocks; block++ {
			if err := w.Block(results.Block{Number: block, Group: slug}); err != nil {
				t.Fatal(err)
			}
			for i, c := range cells {
				values := make(map[string]float64)
				for unit, v := range c.values {
					values[unit] = v * (1 + 0.0001*float64((7*block+3*i)%11-5))
				}
				if err := w.Line("Fanout/"+c.keys+"/strategy="+c.name, 1, values); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// tables returns the tables of some results.
func tablesOf(t *testing.T, e *question.Evidence) []table.Table {
	t.Helper()
	all, err := Tables(e)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func timed(ns float64) map[string]float64 {
	return map[string]float64{results.NsPerTask: ns, results.XRef: ns / 500}
}

func TestTheFloorOfWaitingStandsBesideTheRatios(t *testing.T) {
	const keys = "pattern=callback/work=sleep/grain=1ms/tasks=2000/limit=1000"
	e := oneGroup(t, "sleep", 8, nil, made{keys, "goroutines", timed(1250)}, made{keys, "mine", timed(1500)})
	tables := tablesOf(t, e)
	if len(tables) != 1 {
		t.Fatalf("%d tables of one group", len(tables))
	}
	want := " Column sleep: 2000 tasks that wait 1ms, 1000 at once, take at least 2ms, which is 0.80 times what go f() took."
	if !strings.HasSuffix(tables[0].Note, want) {
		t.Errorf("got %q, want at its end %q", tables[0].Note, want)
	}
	const busy = "pattern=callback/work=hash/grain=1KiB/tasks=2000/limit=1000"
	e = oneGroup(t, "hash", 8, nil, made{busy, "goroutines", timed(1250)}, made{busy, "mine", timed(1500)})
	if note := tablesOf(t, e)[0].Note; strings.Contains(note, "at least") {
		t.Errorf("work that keeps a CPU busy has no such floor: %q", note)
	}
}

func TestTablesAreTitledByTheLimitThatWasMeasured(t *testing.T) {
	const keys = "pattern=callback/work=spin/grain=1us/tasks=1000/limit=3"
	e := oneGroup(t, "tight1us", 8, nil, made{keys, "goroutines", timed(500)}, made{keys, "mine", timed(600)})
	tables := tablesOf(t, e)
	for _, of := range tables {
		if of.Title != "The same under a limit of 3" {
			t.Errorf("got %q, want a table that names the limit of 3", of.Title)
		}
	}
	if len(tables) == 0 {
		t.Error("there is no table")
	}
}

func TestGranularitySaysWhenCPUsWereLacking(t *testing.T) {
	const keys = "pattern=callback/work=spin/grain=1us/tasks=1000/limit=64"
	for _, c := range []struct {
		used float64
		want bool
	}{{1.2, true}, {1.9, false}} {
		values := timed(500)
		values[results.CPUNsPerTask] = c.used * 500
		values[results.Efficiency] = 0.5
		e := write(t, filepath.Join(t.TempDir(), "results.txt"), []results.Setting{{Key: "gomaxprocs", Value: "2"}}, func(w *results.Writer) {
			for _, grain := range []string{"1us", "2us"} {
				for block := 1; block <= 8; block++ {
					if err := w.Block(results.Block{Number: block, Group: "grain" + grain}); err != nil {
						t.Fatal(err)
					}
					for _, name := range []string{"goroutines", "mine"} {
						if err := w.Line("Fanout/"+strings.Replace(keys, "1us", grain, 1)+"/strategy="+name, 1, values); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
		})
		var notes []string
		for _, of := range tablesOf(t, e) {
			notes = append(notes, of.Note)
		}
		if strings.Contains(strings.Join(notes, " "), "had only 1.2 of 2 CPUs") != c.want {
			t.Errorf("%v CPUs at work: %q", c.used, notes)
		}
	}
}

func TestPatternsCarryTheirVerdict(t *testing.T) {
	const callback, waits = "pattern=callback/work=spin/grain=1us", "pattern=waiteach/work=spin/grain=1us"
	cells := []made{
		{callback, "goroutines", timed(500)}, {callback, "control", timed(500)},
		{callback, "mine", timed(500)}, {waits, "mine", timed(500)},
		{callback, "slow", timed(500)}, {waits, "slow", timed(1500)},
	}
	for blocks, want := range map[int][2]string{8: {" =", "]"}, 2: {" ?", " ?"}} {
		for _, row := range tablesOf(t, oneGroup(t, "results", blocks, nil, cells...))[0].Rows {
			end := want[0]
			if row[0] == "slow" {
				end = want[1]
			}
			if !strings.HasSuffix(row[1], end) {
				t.Errorf("%s of %d processes: %q, want %q at its end", row[0], blocks, row[1], end)
			}
		}
	}
}
