package question

import (
	"slices"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// A Group is the cells that took turns with one another.
type Group struct {
	Slug string
	Rows []*Row
}

// A Row is one cell of a group.
type Row struct {
	Cell     *results.Cell
	Strategy string
	Pattern  workload.Pattern
	Idiom    string
	Unit     workload.Dispatch // of traffic: what is a task; empty for a fan-out

	kind bench.Kind // as the file's head says; empty where it does not
}

// Label is how a row is called in a table: as in the file.
func (r *Row) Label() string {
	switch {
	case r.Unit == workload.PerMessage:
		return r.Strategy + " per message"
	case r.Idiom != "":
		return r.Strategy + " " + r.Idiom
	case r.Pattern == workload.Callback || r.Pattern == "":
		return r.Strategy
	}
	return r.Strategy + " " + string(r.Pattern)
}

// ownMark stands behind the name of this project's own pool.
const ownMark = " (this project's own pool)"

// subject is the row with the words for it in a sentence. The reference is
// called what it is, and our own pool is marked as ours.
func (r *Row) subject() claim.Subject {
	name := r.Label()
	switch {
	case r.Strategy == bench.Reference && r.Unit == workload.PerConnection:
		name = "a goroutine per connection"
	case r.Strategy == bench.Reference && r.Unit == workload.PerMessage:
		name = "a goroutine per message"
	case name == bench.Reference:
		name = "go f()"
	case r.Strategy == bench.Own:
		name += ownMark
	}
	return claim.Subject{Cell: r.Cell, Name: name}
}

// IsStrategy says whether the row is a strategy, not the bare loop or the
// control.
func (r *Row) IsStrategy() bool { return r.Strategy != bench.Loop && r.Strategy != bench.Control }

// isPool says whether the row is a pool of this process: not the serial floor,
// not other processes, no server of its own kind and no other language.
func (r *Row) isPool() bool {
	return r.IsStrategy() && (r.kind == bench.KindPool || r.kind == "") && !bench.IsPeer(r.Strategy)
}

// Row returns the callback row of a strategy or, of traffic, the one with a
// task per connection or else its only one; nil if there is none.
func (g *Group) Row(strategy string) *Row {
	return g.first(
		func(r *Row) bool { return r.Strategy == strategy && r.Pattern == workload.Callback && r.Idiom == "" },
		func(r *Row) bool { return r.Strategy == strategy && r.Unit == workload.PerConnection },
		func(r *Row) bool { return r.Strategy == strategy && r.Pattern == "" && r.Idiom == "" })
}

// first returns the first row that is wanted, by the first of several wishes
// that any row fulfils; nil if there is none.
func (g *Group) first(wanted ...func(*Row) bool) *Row {
	for _, w := range wanted {
		if i := slices.IndexFunc(g.Rows, w); i >= 0 {
			return g.Rows[i]
		}
	}
	return nil
}

// RowOf returns the row of a cell.
func (g *Group) RowOf(c *results.Cell) *Row {
	return g.first(func(r *Row) bool { return r.Cell == c })
}

// Key returns the value of a key in the names of the group's cells, such as
// "grain"; "" in a group without rows.
func (g *Group) Key(key string) string {
	if len(g.Rows) == 0 {
		return ""
	}
	return g.Rows[0].Cell.Keys[key]
}

// Limit is the limit that a group's pools share, "" in a group without rows.
func (g *Group) Limit() string {
	if r := g.first(func(r *Row) bool { return r.isPool() && r.Strategy != bench.Reference }); r != nil {
		return r.Cell.Keys["limit"]
	}
	return g.Key("limit")
}

// Load says what a group's tasks are: "empty tasks", "tasks of 1us".
func (g *Group) Load() string {
	grain := g.Key("grain")
	switch g.Key("work") {
	case "noop":
		return "empty tasks"
	case "hash":
		return "tasks that hash " + grain
	case "alloc":
		return "tasks that allocate " + grain
	case "stack":
		return "tasks that need " + grain + " of stack"
	case "sleep":
		return "tasks that wait " + grain
	case "mix":
		return "tasks of mixed length, " + grain + " on average"
	}
	return "tasks of " + grain
}

// Valid returns of how many of a row's processes the load generator found its
// own load valid, and of how many not. The latter have no figures.
func (r *Row) Valid() (valid, invalid int) {
	for _, share := range r.Cell.Values(results.Invalid) {
		if share < 0.5 {
			valid++
		} else {
			invalid++
		}
	}
	return valid, invalid
}

// AllInvalid says whether the load generator found no process of the row valid.
func (r *Row) AllInvalid() bool {
	valid, invalid := r.Valid()
	return valid == 0 && invalid > 0
}
