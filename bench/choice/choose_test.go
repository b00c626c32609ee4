package choice

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) } // ants keeps two goroutines from the start

// data is a small world: two limited strategies and one that knows no limit.
func data() *Data {
	cell := func(strategy, group string, grain float64, tasks, limit int, ratio float64) Cell {
		return Cell{Strategy: strategy, Group: group, Grain: grain, Tasks: tasks, Limit: limit, Submitters: 1, Ratio: ratio, Low: 0.9 * ratio, High: 1.1 * ratio, N: 9}
	}
	return &Data{
		Strategies: []Strategy{
			{Name: "free", Unmet: map[string]string{}, Unlimited: "runs at once: no limit"},
			{Name: "slow", Unmet: map[string]string{}},
			{Name: "fast", Unmet: map[string]string{"cancel": "what waits cannot be given up"}},
			{Name: "even", Unmet: map[string]string{}},
			{Name: "unseen", Unmet: map[string]string{}},
			{Name: "distant", Unmet: map[string]string{}},
		},
		Cells: []Cell{
			cell("free", "short", 1000, 1000, 64, 1), cell("slow", "short", 1000, 1000, 64, 3), cell("fast", "short", 1000, 1000, 64, 0.5), cell("even", "short", 1000, 1000, 64, 0.52),
			cell("free", "long", 1e6, 100, 64, 1), cell("slow", "long", 1e6, 100, 64, 0.9), cell("fast", "long", 1e6, 100, 64, 1.2), cell("even", "long", 1e6, 100, 64, 2),
			cell("distant", "long", 1e6, 100, 64, 0.1),
			{Strategy: "slow", Group: "waiting", Grain: 1e6, Tasks: 100, Limit: 64, Submitters: 1, Blocking: true, Ratio: 1, N: 2},
		},
	}
}

func TestStrategiesAreRankedByTheNearestGroup(t *testing.T) {
	for _, c := range []struct {
		what string
		of   Case
		want string // names in order, * for not told apart from the first, + for measured farther away
		gap  string // of the first
	}{
		{"exactly measured", Case{Grain: 1000, Tasks: 1000, Limit: 64, Submitters: 1}, "fast even* slow distant+", ""},
		{"between, nearer to the short tasks", Case{Grain: 4000, Tasks: 1000, Limit: 64, Submitters: 1}, "fast even* slow distant+", "tasks of 1us, not 4us"},
		{"longer than all", Case{Grain: 2e9, Tasks: 10, Limit: 128, Submitters: 2}, "distant slow fast even", "tasks of 1ms, not 2s; 100 tasks, not 10; limit 64, not 128; submitters: 1, not 2"},
		{"no limit", Case{Grain: 1000, Tasks: 1000, Submitters: 1}, "fast even* free slow distant+", ""},
		{"a need that the fastest does not meet", Case{Grain: 1000, Tasks: 1000, Submitters: 1, Needs: []string{"cancel"}}, "even free slow distant+", ""},
		{"tasks that wait", Case{Grain: 1e6, Tasks: 100, Submitters: 1, Blocking: true}, "slow", ""},
	} {
		r := data().Choose(c.of)
		var names []string
		for _, ranked := range r.Ranked {
			mark := ""
			if ranked.Level {
				mark = "*"
			}
			if !ranked.Nearest {
				mark += "+"
			}
			names = append(names, ranked.Name+mark)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
		if got := r.Ranked[0].Gap; got != c.gap {
			t.Errorf("%s: the gap is %q, want %q", c.what, got, c.gap)
		}
		if (r.Ranked[0].Distance == 0) != (c.gap == "") {
			t.Errorf("%s: the distance is %v with the gap %q", c.what, r.Ranked[0].Distance, c.gap)
		}
		if !slices.Contains(r.Unmeasured, "unseen") {
			t.Errorf("%s: what was not measured is %v", c.what, r.Unmeasured)
		}
	}
}

func TestWhatDropsOutSaysWhy(t *testing.T) {
	r := data().Choose(Case{Grain: 1, Tasks: 1, Limit: 1, Submitters: 1, Needs: []string{"cancel"}})
	if len(r.Dropped) != 2 || r.Dropped[0].Name != "free" || r.Dropped[0].Reasons[0] != "runs at once: no limit" ||
		r.Dropped[1].Name != "fast" || r.Dropped[1].Reasons[0] != "cancel: what waits cannot be given up" {
		t.Errorf("dropped are %+v", r.Dropped)
	}
}

func TestEveryStrategyIsSomewhere(t *testing.T) {
	d := data()
	rapid.Check(t, func(t *rapid.T) {
		c := Case{
			Grain: rapid.Float64Range(0, 1e10).Draw(t, "grain"), Tasks: rapid.IntRange(1, 1e9).Draw(t, "tasks"), Limit: rapid.IntRange(0, 1e6).Draw(t, "limit"),
			Submitters: rapid.IntRange(1, 1000).Draw(t, "submitters"), Blocking: rapid.Bool().Draw(t, "blocking"),
			Needs: rapid.SliceOfDistinct(rapid.SampledFrom(Slugs()), rapid.ID).Draw(t, "needs"),
		}
		r := d.Choose(c)
		if n := len(r.Ranked) + len(r.Dropped) + len(r.Unmeasured); n != len(d.Strategies) {
			t.Fatalf("%d of %d strategies are accounted for", n, len(d.Strategies))
		}
		for _, ranked := range r.Ranked {
			if ranked.Distance < 0 || ranked.Cell.Strategy != ranked.Name || ranked.Cell.Blocking != c.Blocking {
				t.Fatalf("ranked is %+v", ranked)
			}
		}
	})
}

func TestEveryNeedTellsStrategiesApart(t *testing.T) {
	set, err := results.Open(filepath.Join("..", "..", "results", "quick", "results.txt"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Gather(lineup.All, question.NewEvidence(set))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Cells) < 50 || len(d.Strategies) != len(lineup.All) {
		t.Fatalf("%d cells of %d strategies", len(d.Cells), len(d.Strategies))
	}
	for _, need := range Needs {
		met := 0
		for _, s := range d.Strategies {
			if s.Unmet[need.Slug] == "" {
				met++
			}
		}
		if met == 0 || met == len(d.Strategies) && need.Slug != "results" {
			t.Errorf("%d of %d strategies meet the need %s", met, len(d.Strategies), need.Slug)
		}
	}
}

func TestSpansAreShort(t *testing.T) {
	for ns, want := range map[float64]string{0: "0", 1: "1ns", 12.5: "12.5ns", 250: "250ns", 1000: "1us", 1125: "1.13us", 5e6: "5ms", 2.5e9: "2.5s"} {
		if got := Span(ns); got != want {
			t.Errorf("%v is %s, want %s", ns, got, want)
		}
	}
}
