package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
)

// Groups returns what is compared on so many processors: the subject against
// the strategies of all.
func Groups(all []*strategies.Strategy, processors int) []Group {
	b := builder{all, processors}
	return slices.Concat(b.noop(), b.submitters(), b.micro(), b.coarse(), b.processors(), b.metg(), b.each(), b.memory())
}

// A builder makes the groups. Without all, they have the cells that no record is
// without.
type builder struct {
	all   []*strategies.Strategy
	procs int
}

// Selected returns the groups whose slugs begin with one of the prefixes.
func Selected(groups []Group, prefixes []string) []Group {
	return slices.DeleteFunc(slices.Clone(groups), func(g Group) bool {
		return !slices.ContainsFunc(prefixes, func(p string) bool { return len(g.Slug) >= len(p) && g.Slug[:len(p)] == p })
	})
}

// libraries returns the pools of other modules.
func (b builder) libraries() (names []string) {
	for _, s := range b.all {
		if s.Open != nil && s.Module != "" {
			names = append(names, s.Name)
		}
	}
	return names
}

// contenders are the libraries that come near the target somewhere in batches of
// a thousand tasks. Longer batches are for them alone: the others take a
// microsecond a task, and would take most of the time. A test sees to it that
// the record bears this out.
var contenders = []string{"pond", "antsmulti", "conc"}

// rivals returns the libraries that take part in batches of so many tasks.
func (b builder) rivals(tasks int) []string {
	if tasks > 1000 {
		return contenders
	}
	return b.libraries()
}

// others returns whatever runs tasks in this process under a limit, besides
// the subject, and goroutines without one.
func (b builder) others() (names []string) {
	for _, s := range b.all {
		if s.Open != nil && s.Name != Subject && s.Traits.Capacity != strategies.CapacitySequential {
			names = append(names, s.Name)
		}
	}
	return names
}

// exchanges is how often the sides of a process take turns: some twenty times,
// less where a single batch is much longer than a turn.
func exchanges(tasks int) int {
	switch {
	case tasks >= 100_000:
		return 4
	case tasks >= 10_000:
		return 10
	}
	return 20
}

// empty is the plain case that the others vary: empty tasks, handed over one
// by one.
func (b builder) empty(pool workload.Lifetime, tasks, limit, submitters int) Workload {
	return Workload{
		Form: Go, Pool: pool, Work: work.Noop.Name, Tasks: tasks, Limit: limit, Submitters: submitters, Procs: b.procs,
	}
}

// noop is empty tasks from one submitter.
func (b builder) noop() (groups []Group) {
	for _, pool := range []workload.Lifetime{workload.Kept, workload.Fresh} {
		for _, limit := range []int{2, 64, 1024} {
			for _, tasks := range []int{1000, 10_000, 100_000} {
				groups = append(groups, Group{
					Slug:      fmt.Sprintf("noop-%s-%d-%d", pool, limit, tasks),
					Cells:     b.empty(pool, tasks, limit, 1).of(append([]string{Loop, Subject, Control, Textbook}, b.rivals(tasks)...)...),
					Exchanges: exchanges(tasks),
				})
			}
		}
	}
	return groups
}

// submitters is empty tasks from many submitters.
func (b builder) submitters() (groups []Group) {
	for _, submitters := range []int{8, 64} {
		for _, tasks := range []int{1000, 10_000, 100_000} {
			groups = append(groups, Group{
				Slug:      fmt.Sprintf("submitters-%d-%d", submitters, tasks),
				Cells:     b.empty(workload.Kept, tasks, 64, submitters).of(append([]string{Subject, Control, Textbook}, b.rivals(tasks)...)...),
				Exchanges: exchanges(tasks),
			})
		}
	}
	return groups
}

// burst is tasks that do something.
func (b builder) burst(kind *work.Kind, grain work.Grain, tasks, limit, submitters int) Workload {
	w := b.empty(workload.Kept, tasks, limit, submitters)
	w.Work, w.Grain = kind.Name, grain
	return w
}

// micro is tasks of a microsecond against two halves without any dispatch.
func (b builder) micro() (groups []Group) {
	for _, limit := range []int{2, 64} {
		for _, tasks := range []int{1000, 10_000} {
			groups = append(groups, Group{
				Slug:      fmt.Sprintf("micro-%d-%d", limit, tasks),
				Cells:     b.burst(work.Spin, "1us", tasks, limit, 1).of(Loop, Halves, Subject, Control, Textbook),
				Exchanges: exchanges(tasks),
			})
		}
	}
	return groups
}

// coarse is tasks so long that most pools are alike, against whatever else
// there is.
func (b builder) coarse() (groups []Group) {
	against := append([]string{Subject, Control}, b.others()...)
	for _, w := range []Workload{
		b.burst(work.Spin, "1us", 1000, 64, 8),
		b.burst(work.Spin, "10us", 200, 64, 1),
		b.burst(work.Spin, "10us", 200, 2, 1),
		b.burst(work.Spin, "100us", 64, 64, 1),
		b.burst(work.Spin, "100us", 64, 2, 1),
		b.burst(work.Stack, "16KiB", 500, 64, 1),
		b.burst(work.Stack, "64KiB", 500, 64, 1),
		b.burst(work.Sleep, "1ms", 1000, 1000, 1),
		b.burst(work.Sleep, "1ms", 1000, 64, 1),
	} {
		against := slices.Clone(against)
		if w.Floor() > time.Millisecond {
			// Who keeps no limit would wait for less.
			against = slices.DeleteFunc(against, func(name string) bool { return name == "goroutines" })
		}
		g := Group{
			Slug:      fmt.Sprintf("coarse-%s-%s-%d-%d", w.Work, w.Grain, w.Limit, w.Submitters),
			Cells:     w.of(against...),
			Exchanges: exchanges(w.Tasks),
		}
		if w.Floor() > turnLength {
			g.Exchanges = 4
		}
		// Where all tasks run at once, to start a goroutine costs as much as to
		// wake one, unless there is one that has just ended. In one process,
		// strategies that end theirs would leave them to one another.
		g.Apart = w.Floor() > 0 && w.Limit >= w.Tasks
		groups = append(groups, g)
	}
	return groups
}

// processors is empty tasks on fewer and on more processors than the
// machine has.
func (b builder) processors() (groups []Group) {
	for _, procs := range []int{1, 2, 4, 8} {
		for _, limit := range []int{2, 64} {
			for _, submitters := range []int{1, 8} {
				w := b.empty(workload.Kept, 5000, limit, submitters)
				w.Procs = procs
				groups = append(groups, Group{
					Slug:      fmt.Sprintf("procs-%d-%d-%d", procs, limit, submitters),
					Cells:     w.of(Subject, Control, Textbook),
					Exchanges: exchanges(w.Tasks),
				})
			}
		}
	}
	return groups
}

// sweeps are the lengths of task among which the finest effective one is
// sought, about 1.5 times from one to the next.
var sweeps = map[Form][]work.Grain{
	Go:   {"40ns", "60ns", "90ns", "135ns", "200ns", "300ns", "450ns", "675ns"},
	Each: {"1ns", "5ns", "10ns", "20ns", "35ns", "50ns", "75ns", "110ns", "165ns"},
}

// metg is the sweeps.
func (b builder) metg() (groups []Group) {
	for _, sweep := range []struct {
		form    Form
		tasks   int
		limit   int
		against []string
	}{
		{Go, 10_000, 2, []string{Loop, Subject, Textbook}},
		{Go, 10_000, 64, []string{Loop, Subject, Textbook}},
		{Each, 1000, 2, []string{Loop, Subject, Iter}},
		{Each, 10_000, 2, []string{Loop, Subject, Iter}},
		{Each, 10_000, 64, []string{Loop, Subject, Iter}},
	} {
		g := Group{
			Slug:      fmt.Sprintf("metg-%s-%d-%d", sweep.form, sweep.limit, sweep.tasks),
			Exchanges: exchanges(sweep.tasks),
		}
		for _, grain := range sweeps[sweep.form] {
			w := b.burst(work.Spin, grain, sweep.tasks, sweep.limit, 1)
			w.Form = sweep.form
			g.Cells = append(g.Cells, w.of(sweep.against...)...)
		}
		groups = append(groups, g)
	}
	return groups
}

// each is tasks whose number is known, against conc's loop.
func (b builder) each() (groups []Group) {
	add := func(w Workload, form Form, pool workload.Lifetime) {
		w.Form, w.Pool = form, pool
		against := []string{Loop, Subject, Control, Iter}
		if form == Each {
			against = append(against, Halves)
		}
		groups = append(groups, Group{
			Slug:      fmt.Sprintf("%s-%s-%s%s-%d-%d", form, pool, w.Work, w.Grain, w.Limit, w.Tasks),
			Cells:     w.of(against...),
			Exchanges: exchanges(w.Tasks),
		})
	}
	for _, limit := range []int{2, 64, 1024} {
		for _, tasks := range []int{1000, 10_000, 100_000} {
			add(b.empty(workload.Kept, tasks, limit, 1), Each, workload.Kept)
			add(b.empty(workload.Kept, tasks, limit, 1), Each, workload.Fresh)
		}
	}
	for _, limit := range []int{2, 64} {
		for _, s := range []struct {
			grain work.Grain
			tasks int
		}{{"100ns", 1000}, {"1us", 250}, {"1us", 1000}, {"10us", 200}, {"100us", 64}} {
			w := b.burst(work.Spin, s.grain, s.tasks, limit, 1)
			add(w, Each, workload.Kept)
			add(w, Each, workload.Fresh)
			if s.grain == "1us" {
				add(w, Map, workload.Fresh)
			}
		}
	}
	return groups
}

// memory is a million sleepers, against whatever has bounds: no pool whose queue
// grows. One that is slow enough not to reach its limit would need the least.
func (b builder) memory() []Group {
	w := b.burst(work.Sleep, "1ms", 1_000_000, 4096, 1)
	against := []string{Subject, Control}
	for _, s := range b.all {
		if s.Open != nil && s.Name != Subject && s.Traits.Full != strategies.FullQueues && s.Traits.Capacity != strategies.CapacitySequential {
			against = append(against, s.Name)
		}
	}
	return []Group{{Slug: "memory", Alone: true, Cells: w.of(against...), Exchanges: 1}}
}
