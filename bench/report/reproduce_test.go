package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/results"
)

// selects tells whether go test -bench runs a benchmark of that name: it splits
// name and pattern at slashes, and matches one by one as far as both go.
func selects(patterns []*regexp.Regexp, name string) bool {
	parts := strings.Split(name, "/")
	for i, p := range patterns {
		if i == len(parts) {
			return false // it would be run for what is below it, and nothing is
		}
		if !p.MatchString(parts[i]) {
			return false
		}
	}
	return true
}

func TestARecipeSelectsTheCellAlone(t *testing.T) {
	everything := bench.Selection{Strategies: lineup.All, Servers: lineup.Servers, Python: "python3"}
	var fanouts []string // the names that go test knows whatever its pattern is
	for _, g := range bench.Quick.Groups(bench.Selection{Strategies: lineup.All}) {
		for _, c := range g.Cells {
			if c.Strategy != bench.Control && c.Measure == bench.Fanout {
				fanouts = append(fanouts, "Benchmark"+c.Name())
			}
		}
	}
	offered := make(map[bool][]string) // and those that depend on it
	for _, names := range []bool{false, true} {
		patterns := map[bool]string{false: "Echo", true: "Echo/strategy=x"}
		for _, c := range bench.StockEcho(patterns[names], lineup.All, lineup.Servers) {
			offered[names] = append(offered[names], "Benchmark"+c.Name())
		}
	}
	r := NewRecipe(lineup.All, lineup.Servers)
	tested, commanded := 0, 0
	for _, profile := range bench.Profiles {
		for _, g := range profile.Groups(everything) {
			for _, c := range g.Cells {
				base, _, _ := strings.Cut(c.Name(), "/")
				line := r.Of(&results.Cell{Name: c.Name(), Base: base})
				rest, isTest := strings.CutPrefix(line, "go test -run '^$' -bench '")
				if !isTest {
					commanded++
					checkCommand(t, c, line)
					continue
				}
				pattern, ok := strings.CutSuffix(rest, "' ./strategies/catalog/bench")
				if !ok {
					t.Fatalf("%s: %s", c.Name(), line)
				}
				var selected []string
				var patterns []*regexp.Regexp
				for p := range strings.SplitSeq(pattern, "/") {
					patterns = append(patterns, regexp.MustCompile(p))
				}
				for _, name := range slices.Concat(fanouts, offered[strings.Contains(pattern, "strategy=")]) {
					if selects(patterns, name) {
						selected = append(selected, name)
					}
				}
				if tested++; !slices.Equal(selected, []string{"Benchmark" + c.Name()}) {
					t.Fatalf("%s selects %q", line, selected)
				}
			}
		}
	}
	if tested < 300 || commanded < 300 {
		t.Errorf("%d cells are run by go test and %d by a command", tested, commanded)
	}
}

// checkCommand tells whether the command measures the cell.
func checkCommand(t *testing.T, c bench.Cell, line string) {
	t.Helper()
	m := regexp.MustCompile(`^go tool poolbench run --profile (\w+) --question (\w+)(?: --strategy (\w+))?$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("%s: %s", c.Name(), line)
	}
	s := bench.Selection{Questions: []string{m[2]}, Named: m[3] != "", Python: "python3"}
	for _, strategy := range lineup.All {
		if m[3] == "" || strategy.Name == m[3] || strategy.Name == bench.Reference {
			s.Strategies = append(s.Strategies, strategy)
		}
	}
	for _, server := range lineup.Servers {
		if m[3] == "" || server.Name == m[3] {
			s.Servers = append(s.Servers, server)
		}
	}
	profile := bench.Profiles[slices.IndexFunc(bench.Profiles, func(p *bench.Profile) bool { return p.Name == m[1] })]
	if !slices.ContainsFunc(profile.Groups(s), func(g bench.PlannedGroup) bool {
		return slices.ContainsFunc(g.Cells, func(other bench.Cell) bool { return other.Name() == c.Name() })
	}) {
		t.Errorf("%s does not measure %s", line, c.Name())
	}
}

func TestARecipeForWhatIsNotOurs(t *testing.T) {
	r := NewRecipe(nil, nil)
	for name, want := range map[string]string{
		"Parse/size=10":               `go test -run '^$' -bench '^BenchmarkParse$/^size=10$' ./...`,
		"Parse/it's":                  `go test -run '^$' -bench '^BenchmarkParse$/^it'\''s$' ./...`,
		"Parse/a.b":                   `go test -run '^$' -bench '^BenchmarkParse$/^a\.b$' ./...`,
		"Memory/work=x/strategy=me":   "go tool poolbench run --profile full",
		"Echo/unit=own/strategy=mine": `go tool poolbench run --profile full --question server --peer 'mine=HOST:PORT'`,
		"Echo/unit=own/strategy=a'b":  `go tool poolbench run --profile full --question server --peer 'a'\''b=HOST:PORT'`,
		"Echo/unit=message/strategy=": "go tool poolbench run --profile full --question server,overload,failure",
	} {
		base, _, _ := strings.Cut(name, "/")
		c := &results.Cell{Name: name, Base: base, Keys: make(map[string]string)}
		for part := range strings.SplitSeq(name, "/") {
			if key, value, ok := strings.Cut(part, "="); ok {
				c.Keys[key] = value
			}
		}
		if got := r.Of(c); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
