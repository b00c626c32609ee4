package report

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies"
)

// A Recipe says how cells of strategies are measured again.
type Recipe struct {
	stock   map[string]bool   // cells that "go test -bench" runs
	command map[string]string // the command that measures any other cell
}

// NewRecipe looks up how the cells of these strategies are measured.
func NewRecipe(all []*strategies.Strategy) *Recipe {
	r := &Recipe{stock: make(map[string]bool), command: make(map[string]string)}
	for _, profile := range bench.Profiles {
		for _, g := range profile.Groups(bench.Selection{Strategies: all, Python: "python3"}) {
			for _, c := range g.Cells {
				name := c.Name()
				if profile == bench.Quick && c.Measure == bench.Fanout && c.Strategy != bench.Control && !bench.IsPeer(c.Strategy) {
					r.stock[name] = true
				}
				if r.command[name] == "" && len(g.Questions) > 0 {
					r.command[name] = fmt.Sprintf("go tool poolbench run --profile %s --question %s", profile.Name, g.Questions[0])
				}
			}
		}
	}
	return r
}

// Of returns a line for the shell that measures one cell again. A cell that no
// stock benchmark runs, such as one of memory, is measured with the others of
// its question. What is none of ours is taken for a benchmark of the reader's
// module.
func (r *Recipe) Of(c *results.Cell) string {
	if r.stock[c.Name] {
		return "go test -run '^$' -bench " + pattern(c.Name) + " ./bench"
	}
	if command := r.command[c.Name]; command != "" {
		return command
	}
	switch bench.Measure(c.Base) {
	case bench.Fanout, bench.Latency, bench.Memory:
		return "go tool poolbench run --profile full"
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
	return "'" + strings.ReplaceAll(strings.Join(parts, "/"), "'", `'\''`) + "'"
}
