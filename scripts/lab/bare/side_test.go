package main

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// small returns a cell of every sort of runner.
func small() (cells []Cell) {
	for _, form := range []Form{Go, Each, Map} {
		for _, pool := range []workload.Lifetime{workload.Kept, workload.Fresh} {
			for _, w := range []Workload{
				{Work: work.Noop.Name, Tasks: 300, Limit: 2, Submitters: 1},
				{Work: work.Spin.Name, Grain: "100ns", Tasks: 100, Limit: 64, Submitters: 3},
			} {
				w.Form, w.Pool, w.Procs = form, pool, runtime.GOMAXPROCS(0)
				cells = append(cells, w.of(Subject, Control, Iter, Loop, Halves)...)
				if form == Go {
					cells = append(cells, w.of(Textbook, "pond", "errgroup")...)
				}
			}
		}
	}
	return cells
}

func TestEveryRunnerRunsEveryTaskOnce(t *testing.T) {
	for _, c := range small() {
		s, err := openSide(c, catalog.All, 1, false)
		if err != nil {
			t.Fatal(err)
		}
		turn, err := s.Turn()
		if err != nil {
			t.Error(err)
		}
		if turn.Ops < c.Tasks || turn.Wall <= 0 {
			t.Errorf("%s: a turn of %d tasks in %v", c.Name(), turn.Ops, turn.Wall)
		}
		if _, counted := turn.Values[results.AllocsPerTask]; !counted {
			t.Errorf("%s: allocations are not counted", c.Name())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A leaky pool accepts every task and loses every tenth.
type leaky struct{ accepted int }

func (l *leaky) Go(task func()) error {
	if l.accepted++; l.accepted%10 != 0 {
		task()
	}
	return nil
}

func (*leaky) Close() error { return nil }

func TestATaskThatIsLostFailsTheSide(t *testing.T) {
	pool := &strategies.Strategy{Name: "leaky", Open: func(int) (strategies.Pool, error) { return &leaky{}, nil }}
	w := Workload{Form: Go, Pool: workload.Fresh, Work: work.Noop.Name, Tasks: 100, Limit: 1, Submitters: 1, Procs: 1}
	_, err := openSide(Cell{w, "leaky"}, []*strategies.Strategy{pool}, 1, false)
	if err == nil || !strings.Contains(err.Error(), "100 tasks were accepted and 90 ran") {
		t.Errorf("got %v", err)
	}
}

func TestAnErrorOfAPoolFailsTheSide(t *testing.T) {
	broken := errors.New("no pool today")
	pool := &strategies.Strategy{Name: "broken", Open: func(int) (strategies.Pool, error) { return nil, broken }}
	for _, lifetime := range []workload.Lifetime{workload.Kept, workload.Fresh} {
		w := Workload{Form: Go, Pool: lifetime, Work: work.Noop.Name, Tasks: 1, Limit: 1, Submitters: 1, Procs: 1}
		if _, err := openSide(Cell{w, "broken"}, []*strategies.Strategy{pool}, 1, false); !errors.Is(err, broken) {
			t.Errorf("%s pool: got %v", lifetime, err)
		}
	}
}

func TestWhatCannotRunIsSaid(t *testing.T) {
	w := Workload{Form: Go, Pool: workload.Kept, Work: work.Noop.Name, Tasks: 1, Limit: 1, Submitters: 1, Procs: 1}
	with := func(change func(*Workload), strategy string) Cell {
		c := Cell{w, strategy}
		change(&c.Workload)
		return c
	}
	for _, c := range []struct {
		cell Cell
		want string
	}{
		{with(func(w *Workload) {}, "puddle"), `no strategy "puddle"`},
		{with(func(w *Workload) {}, "processes"), `no strategy "processes"`},
		{with(func(w *Workload) { w.Form = Each }, "pond"), "pond has no loop over indexes"},
		{with(func(w *Workload) { w.Form = Map }, "pond"), "pond has no idiom"},
		{with(func(w *Workload) { w.Work = "sleepwalk" }, Subject), `no work "sleepwalk"`},
		{with(func(w *Workload) { w.Work = work.Spin.Name }, Subject), "not a duration"},
	} {
		if _, err := openSide(c.cell, catalog.All, 1, false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.cell.Name(), err, c.want)
		}
	}
}
