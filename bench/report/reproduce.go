package report

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// A Recipe says how cells of strategies and servers are measured again.
type Recipe struct {
	stock   map[string]bool   // cells that "go test -bench" runs
	command map[string]string // the command that measures any other cell
}

// NewRecipe looks up how the cells of these strategies and servers are measured.
func NewRecipe(all []*strategies.Strategy, servers []*echo.Server) *Recipe {
	r := &Recipe{stock: make(map[string]bool), command: make(map[string]string)}
	// As bench.Run has them.
	for _, g := range bench.Quick.Groups(bench.Selection{Strategies: all}) {
		for _, c := range g.Cells {
			if c.Measure == bench.Fanout && c.Strategy != bench.Control {
				r.stock[c.Name()] = true
			}
		}
	}
	// The pattern of any cell names its strategy.
	for _, c := range bench.StockEcho("strategy=", all, servers) {
		r.stock[c.Name()] = true
	}
	all = strategies.WithVariants(all...)
	for _, profile := range bench.Profiles {
		// A short profile leaves out most servers unless they are named.
		for _, named := range []bool{false, true} {
			for _, g := range profile.Groups(bench.Selection{Strategies: all, Servers: servers, Python: "python3", Named: named}) {
				r.add(profile, g)
			}
		}
	}
	return r
}

// add notes how the cells of a group are measured that no shorter profile has.
func (r *Recipe) add(profile *bench.Profile, g bench.PlannedGroup) {
	for _, c := range g.Cells {
		name := c.Name()
		if r.command[name] != "" {
			continue
		}
		r.command[name] = fmt.Sprintf("go tool poolbench run --profile %s --question %s", profile.Name, g.Questions[0])
		if c.Strategy != bench.Loop && c.Strategy != bench.Control && !bench.IsPeer(c.Strategy) {
			r.command[name] += " --strategy " + c.Strategy
		}
	}
}

// Of returns a line for the shell that measures one cell again, and what it is
// held against. A cell that no stock benchmark runs, such as one of memory, is
// measured by the command that this program is. What is none of ours is taken
// for a benchmark of the reader's module.
func (r *Recipe) Of(c *results.Cell) string {
	if r.stock[c.Name] {
		return "go test -run '^$' -bench " + pattern(c.Name) + " ./strategies/catalog/bench"
	}
	if command := r.command[c.Name]; command != "" {
		return command
	}
	switch bench.Measure(c.Base) {
	case bench.Fanout, bench.Latency, bench.Memory:
		return "go tool poolbench run --profile full"
	case bench.Echo:
		if strategy := c.Keys["strategy"]; workload.Dispatch(c.Keys["unit"]) == workload.OwnSocket {
			return "go tool poolbench run --profile full --question server --peer " + quote(strategy+"=HOST:PORT")
		}
		return "go tool poolbench run --profile full --question server,overload,failure"
	}
	return "go test -run '^$' -bench " + pattern(c.Name) + " ./..."
}

// pattern selects one benchmark of that name: go test matches it slash by
// slash.
func pattern(name string) string {
	parts := strings.Split("Benchmark"+name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return quote(strings.Join(parts, "/"))
}

// quote makes one word of a text for the shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
