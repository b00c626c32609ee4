package bench

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// slugs are those of the questions that are answered by measuring.
var slugs = []string{"goroutine", "semaphore", "memory", "submit", "grain", "stack", "contention", "overload", "results", "failure", "server"}

// whole is the catalog, and the peers as if there were an interpreter.
var whole = Selection{Strategies: lineup.All, Servers: lineup.Servers, Python: "python3"}

// taskGroups are a profile's groups without traffic.
func taskGroups(p *Profile, s Selection) []PlannedGroup {
	return slices.DeleteFunc(p.Groups(s), func(g PlannedGroup) bool { return g.traffic() })
}

func asking(question string) Selection {
	s := whole
	s.Questions = []string{question}
	return s
}

func TestEveryCellHasANameOfItsOwn(t *testing.T) {
	for _, p := range Profiles {
		of := make(map[string]string)
		for _, g := range p.Groups(whole) {
			for _, c := range g.Cells {
				if before, twice := of[c.Name()]; twice {
					t.Errorf("%s: groups %s and %s both have the cell %s", p.Name, before, g.Slug, c.Name())
				}
				of[c.Name()] = g.Slug
			}
		}
	}
}

// As sub-benchmarks all cells stand under one name, of every measure.
func TestEveryCellOfRunHasANameOfItsOwn(t *testing.T) {
	seen := make(map[string]bool)
	for _, g := range taskGroups(Quick, whole) {
		for _, c := range g.Cells {
			if !g.Alone && seen[c.keys()] {
				t.Errorf("two cells are called %s", c.keys())
			}
			seen[c.keys()] = true
		}
	}
}

func TestNamesAreInTheBenchmarkFormat(t *testing.T) {
	form := regexp.MustCompile(`^(Fanout|Latency|Memory)/pattern=[a-z]+(/idiom=[a-z0-9]+)?/pool=(fresh|kept)/work=[a-z]+/grain=[0-9a-zA-Z]+/tasks=[0-9]+/limit=[0-9]+/submitters=[0-9]+/strategy=[a-z][a-z0-9]*$`)
	for _, g := range taskGroups(Full, whole) {
		for _, c := range g.Cells {
			if !form.MatchString(c.Name()) {
				t.Errorf("the name %s is not of the form %s", c.Name(), form)
			}
			reader := benchfmt.NewReader(bytes.NewBufferString("Benchmark"+c.Name()+"-2 1 1 ns/task\n"), "name")
			if !reader.Scan() {
				t.Fatalf("%s is not read: %v", c.Name(), reader.Err())
			}
			result, ok := reader.Result().(*benchfmt.Result)
			if !ok {
				t.Fatalf("%s: %v", c.Name(), reader.Result())
			}
			_, parts := result.Name.Parts()
			if last := parts[len(parts)-2:]; string(last[0]) != "/strategy="+c.Strategy || string(last[1]) != "-2" {
				t.Errorf("%s is read as ending in %q", c.Name(), last)
			}
		}
	}
}

func TestAStrategyWhoseNameEndsInDigitsKeepsThem(t *testing.T) {
	for _, s := range lineup.All {
		if regexp.MustCompile(`-[0-9]+$`).MatchString(s.Name) {
			t.Errorf("%s: the benchmark format takes its end for a number of CPUs", s.Name)
		}
	}
}

func TestEveryGroupCanBeCompared(t *testing.T) {
	for _, g := range taskGroups(Full, whole) {
		count := make(map[string]int)
		for _, c := range g.Cells {
			count[c.Strategy]++
			if work.Find(c.Work) == nil {
				t.Errorf("%s: there is no work %q", g.Slug, c.Work)
			} else if _, err := work.Find(c.Work).Size(c.Grain, 1); err != nil {
				t.Errorf("%s: %v", g.Slug, err)
			}
		}
		if len(g.Questions) == 0 || slices.ContainsFunc(g.Questions, func(q string) bool { return !slices.Contains(slugs, q) }) {
			t.Errorf("%s helps to answer %q, the questions are %q", g.Slug, g.Questions, slugs)
		}
		if g.Exchanges < 1 || g.Exchanges > Full.Exchanges {
			t.Errorf("%s: %d exchanges", g.Slug, g.Exchanges)
		}
		i := g.Reference()
		if i < 0 || g.Cells[i].Strategy != Reference {
			t.Errorf("%s has no reference", g.Slug)
			continue
		}
		if g.Alone {
			if count[Loop]+count[Control] > 0 || g.Exchanges != 1 {
				t.Errorf("%s: the cells of this group take no turns with others: %v", g.Slug, count)
			}
			continue
		}
		if g.Slug == "peers" {
			continue
		}
		if count[Control] != 1 {
			t.Errorf("%s has %d controls", g.Slug, count[Control])
		}
		control := g.Cells[slices.IndexFunc(g.Cells, func(c Cell) bool { return c.Strategy == Control })]
		if control.Fanout != g.Cells[i].Fanout || control.Measure != g.Cells[i].Measure {
			t.Errorf("%s: the control runs %+v, the reference %+v", g.Slug, control.Fanout, g.Cells[i].Fanout)
		}
		if sleeps := work.Find(control.Work).Unit == work.UnitSleep; (count[Loop] == 1) == sleeps {
			t.Errorf("%s has %d loops (sleeps: %v)", g.Slug, count[Loop], sleeps)
		}
	}
}

func TestEveryQuestionHasAGroupInTheShortestProfile(t *testing.T) {
	for _, q := range slugs {
		groups := Quick.Groups(asking(q))
		if len(groups) == 0 {
			t.Errorf("nothing of the quick profile answers %q", q)
		}
		for _, g := range groups {
			if !slices.Contains(g.Questions, q) {
				t.Errorf("%s was asked for by %q and answers %q", g.Slug, q, g.Questions)
			}
		}
	}
	if groups := Full.Groups(asking("unknown")); len(groups) > 0 {
		t.Errorf("%d groups answer a question that there is none of", len(groups))
	}
}

func TestAProfileHasAllThatAShorterOneHas(t *testing.T) {
	var shorter []string
	for i, p := range Profiles {
		var now []string
		for _, g := range p.Groups(whole) {
			now = append(now, g.Slug)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(now)))) != len(now) {
			t.Errorf("%s has a group twice: %q", p.Name, now)
		}
		for _, slug := range shorter {
			if !slices.Contains(now, slug) {
				t.Errorf("%s lacks %s, which %s has", p.Name, slug, Profiles[i-1].Name)
			}
		}
		if i > 0 && (len(now) <= len(shorter) || p.Time <= Profiles[i-1].Time) {
			t.Errorf("%s is no longer than %s", p.Name, Profiles[i-1].Name)
		}
		shorter = now
	}
}

func TestTheFullProfileCoversItsRanges(t *testing.T) {
	seen := make(map[string]bool)
	for _, g := range Full.Groups(whole) {
		for _, c := range g.Cells {
			seen[fmt.Sprint("limit ", c.Limit)] = true
			seen[fmt.Sprint("tasks ", c.Tasks)] = true
			seen[fmt.Sprint("submitters ", c.Submitters)] = true
			seen["work "+c.Work] = true
			seen["pattern "+string(c.Pattern)] = true
			seen["pool "+string(c.Pool)] = true
			seen["strategy "+c.Strategy] = true
		}
	}
	want := []string{
		"limit 1", "limit 2", "limit 64", "limit 1024", "limit 4096",
		"tasks 1000", "tasks 10000", "tasks 100000", "tasks 1000000",
		"submitters 1", "submitters 2", "submitters 8", "submitters 64",
		"pattern waiteach", "pattern collect", "pattern callback", "pattern native", "pool fresh", "pool kept",
		"strategy " + Loop, "strategy " + Control,
	}
	for _, k := range work.Kinds {
		want = append(want, "work "+k.Name)
	}
	for _, s := range lineup.All {
		want = append(want, "strategy "+s.Name)
	}
	for _, w := range want {
		if !seen[w] {
			t.Errorf("no cell of the full profile has %s", w)
		}
	}
}

func TestNoBatchSleepsForLong(t *testing.T) {
	sleeping := 0
	for _, g := range taskGroups(Full, whole) {
		for _, c := range g.Cells {
			if c.Floor(c.Limit) > longestFloor {
				t.Errorf("%s sleeps for %v at least", c.Name(), c.Floor(c.Limit))
			}
			if c.Strategy == "serial" && work.Find(c.Work).Unit == work.UnitSleep {
				t.Errorf("%s sleeps for %v, one task after the other", c.Name(), c.Floor(1))
			}
			if c.Floor(c.Limit) > 0 {
				sleeping++
			}
		}
	}
	if sleeping == 0 {
		t.Error("no cell sleeps")
	}
}

func TestAProcessPoolHasOneProcessACPU(t *testing.T) {
	for _, g := range Full.Groups(whole) {
		for _, c := range g.Cells {
			for _, s := range lineup.All {
				if s.Name == c.Strategy && s.OpenRemote != nil && max(c.Limit, c.Traffic.Limit) != limitFor(s, 0) {
					t.Errorf("%s has %d processes, want %d", c.Name(), max(c.Limit, c.Traffic.Limit), limitFor(s, 0))
				}
			}
		}
	}
}

func TestIdiomsAreAllInTheGroupOfResults(t *testing.T) {
	found := make(map[string]bool)
	for _, g := range Quick.Groups(asking("results")) {
		for _, c := range g.Cells {
			if c.Idiom != "" {
				found[c.Strategy+" "+c.Idiom] = true
			}
		}
	}
	for _, s := range lineup.All {
		for _, idiom := range s.Idioms {
			if !found[s.Name+" "+idiom.Name] {
				t.Errorf("idiom %s of %s has no cell", idiom.Name, s.Name)
			}
		}
	}
}

func TestWithoutTheReferenceThereIsNoControl(t *testing.T) {
	for _, g := range Quick.Groups(Selection{Strategies: []*strategies.Strategy{queue}}) {
		for _, c := range g.Cells {
			if c.Strategy == Control || g.Reference() >= 0 {
				t.Errorf("%s: %s has no reference", g.Slug, c.Name())
			}
		}
	}
}

func TestTheControlIsTheReferenceUnderAnotherName(t *testing.T) {
	names := func(g PlannedGroup, strategy string) string {
		i := slices.IndexFunc(g.Cells, func(c Cell) bool { return c.Strategy == strategy })
		return strings.TrimSuffix(g.Cells[i].Name(), strategy)
	}
	for _, g := range Quick.Groups(Selection{Strategies: []*strategies.Strategy{plain}, Questions: []string{"submit"}}) {
		if names(g, Control) != names(g, Reference) {
			t.Errorf("%s: %s and %s", g.Slug, names(g, Control), names(g, Reference))
		}
	}
}
