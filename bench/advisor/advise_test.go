package advisor

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// data is a small world: limited strategies, one that knows no limit and one
// that was never measured.
func data() *Data {
	cell := func(strategy string, ratio float64) Figure {
		return Figure{Strategy: strategy, Ratio: ratio, Low: 0.9 * ratio, High: 1.1 * ratio, N: 9}
	}
	group := func(name string, grain float64, tasks, limit int, cells ...Figure) Measurement {
		return Measurement{Name: name, Grain: grain, Tasks: tasks, Limit: limit, Submitters: 1, Cells: cells}
	}
	waiting := group("waiting", 1e6, 1000, 1000, cell("free", 1), Figure{Strategy: "slow", Ratio: 1.01, N: 2})
	waiting.Waiting = true
	native := group("results", 1000, 250, 64, Figure{Strategy: "slow", Idiom: "map", Ratio: 1.5, Low: 1.4, High: 1.6, N: 9}, Figure{Strategy: "fast", Idiom: "stream", Ratio: 0.7, Low: 0.6, High: 0.8, N: 9})
	native.Native = true
	idioms := []string{"ordered", "stream", "errors", "first-error", "all-errors", "stop"}
	pool := slices.DeleteFunc(guarantee.Names(), func(name string) bool { return slices.Contains(idioms, name) })
	but := func(lacks ...string) []string {
		return slices.DeleteFunc(slices.Clone(pool), func(name string) bool { return slices.Contains(lacks, name) })
	}
	with := func(given []string, more ...string) []string { return append(slices.Clone(given), more...) }
	unmet := func(more ...string) map[string]string {
		all := make(map[string]string)
		for _, need := range idioms {
			all[need] = "no call of the library does it"
		}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	return &Data{
		Strategies: []Strategy{
			{Name: "free", Unmet: unmet("limit", "it is ignored"), Ways: []guarantee.Way{{Gives: but("limit")}}},
			{Name: "slow", Unmet: unmet(), Ways: []guarantee.Way{{Gives: pool}, {Idiom: "map", Gives: with(pool, "ordered", "errors")}}},
			{Name: "fast", Unmet: unmet("cancel", "queued tasks cannot be dropped", "reject", "only with nonblocking", "panic", "only with handler"), Ways: []guarantee.Way{
				{Gives: but("cancel", "reject", "panic")},
				{Idiom: "stream", Gives: with(but("cancel", "reject", "panic"), "ordered", "stream")}, {Idiom: "all", Gives: with(but("cancel", "reject", "panic"), "errors")},
				{Option: "nonblocking", Gives: but("cancel", "panic")}, {Option: "handler", Gives: but("cancel", "reject")},
			}},
			{Name: "even", Unmet: unmet(), Ways: []guarantee.Way{{Gives: pool}}},
			{Name: "unseen", Unmet: unmet(), Ways: []guarantee.Way{{Gives: pool}}},
		},
		Groups: []Measurement{
			group("tight", 1000, 1000, 2, cell("free", 1), cell("slow", 0.2), cell("fast", 5)),
			group("short", 1000, 1000, 64, cell("free", 1), cell("slow", 3), cell("fast", 0.5), cell("even", 0.52)),
			group("long", 1e5, 1000, 64, cell("free", 1), cell("slow", 1.001), cell("fast", 0.999), cell("even", 2)),
			native, waiting,
		},
		Bound: 5e4, Uncertainty: "with an uncertainty of up to +-1 %",
		IdiomNeeds: idioms, Exclusives: guarantee.Exclusives, Own: bench.Own,
	}
}

func TestAdviceComesFromTheOneNearestComparison(t *testing.T) {
	for _, c := range []struct {
		what     string
		of       Case
		ranked   string // * for tied with the first
		eligible string
		lead     string
		notes    []string // how they begin
	}{
		{"exactly measured", Case{Grain: 1000, Tasks: 1000, Limit: 64, Submitters: 1}, "fast even* slow", "unseen",
			"Exactly this case was measured: 1000 tasks that compute for 1us, limit 64.", nil},
		{"under the limit of another comparison", Case{Grain: 1000, Tasks: 1000, Limit: 2, Submitters: 1}, "slow fast", "even unseen",
			"Exactly this case was measured: 1000 tasks that compute for 1us, limit 2.", nil},
		{"without a limit the largest is nearest", Case{Grain: 1000, Tasks: 1000, Submitters: 1}, "fast even* free slow", "unseen",
			"Closest measured: 1000 tasks that compute for 1us, limit 64 (limit 64, not none).", nil},
		{"without a limit and with so few tasks that 64 are none", Case{Grain: 1000, Tasks: 100, Submitters: 1}, "fast even* free slow", "unseen",
			"Closest measured: 1000 tasks that compute for 1us, limit 64 (1000 tasks, not 100; limit 64, not none).", nil},
		{"a nanosecond apart", Case{Grain: 1001, Tasks: 1000, Limit: 64, Submitters: 1}, "fast even* slow", "unseen",
			"Closest measured: 1000 tasks that compute for 1us, limit 64 (tasks of 1us, not 1.001us).", nil},
		{"beyond the measured range", Case{Grain: 2e9, Tasks: 1000, Limit: 64, Submitters: 1}, "", "slow fast even unseen",
			"Nothing near enough to rank was measured; the closest is 1000 tasks that compute for 100us, limit 64 (tasks of 100us, not 2s).",
			[]string{"Speed does not decide: from tasks of 50us on no pool is measurably faster than go f(), with an uncertainty of up to +-1 %."}},
		{"where speed does not decide", Case{Grain: 1e5, Tasks: 1000, Limit: 64, Submitters: 1}, "fast slow* even", "unseen",
			"Exactly this case was measured: 1000 tasks that compute for 100us, limit 64.", []string{"Speed does not decide"}},
		{"a need that the fastest does not meet", Case{Grain: 1000, Tasks: 1000, Limit: 64, Submitters: 1, Needs: []string{"cancel"}}, "even slow", "unseen",
			"Exactly this case was measured: 1000 tasks that compute for 1us, limit 64.", nil},
		{"a need of an idiom is ranked by idioms", Case{Grain: 1000, Tasks: 250, Limit: 64, Submitters: 1, Needs: []string{"ordered"}}, "fast stream,slow map", "",
			"Exactly this case was measured: 250 tasks that compute for 1us, limit 64.", nil},
		{"one idiom must meet all needs", Case{Grain: 1000, Tasks: 250, Limit: 64, Submitters: 1, Needs: []string{"ordered", "errors"}}, "slow map", "",
			"Exactly this case was measured: 250 tasks that compute for 1us, limit 64.", nil},
		{"a need that the fastest meets with an option", Case{Grain: 1000, Tasks: 1000, Limit: 64, Submitters: 1, Needs: []string{"reject"}}, "even slow", "fast+nonblocking unseen",
			"Exactly this case was measured: 1000 tasks that compute for 1us, limit 64.", nil},
		{"needs that exclude each other", Case{Grain: 1000, Tasks: 1000, Limit: 2, Submitters: 1, Needs: []string{"block", "queue"}}, "slow fast", "even unseen",
			"Exactly this case was measured: 1000 tasks that compute for 1us, limit 2.", []string{"block and queue exclude each other: a full pool either lets a submit wait or queues it."}},
		{"tasks that wait, all at once", Case{Grain: 1e6, Tasks: 1000, Submitters: 1, Waiting: true}, "free slow*", "fast even unseen",
			"Exactly this case was measured: 1000 tasks that wait for 1ms, limit 1000.", []string{"Waiting takes at least 1ms under any strategy."}},
		{"tasks that wait in rounds are not ranked by those that wait at once", Case{Grain: 2e7, Tasks: 1000, Limit: 100, Submitters: 1, Waiting: true}, "", "slow fast even unseen",
			"Nothing near enough to rank was measured; the closest is 1000 tasks that wait for 1ms, limit 1000 (tasks of 1ms, not 20ms; limit 1000, not 100).",
			[]string{"Waiting takes at least 200ms under any strategy: 10 rounds of 100 tasks; without a limit it would take 20ms."}},
	} {
		a := data().Advise(c.of)
		var names []string
		for _, r := range a.Ranked {
			name := r.Label()
			if r.Tied {
				name += "*"
			}
			names = append(names, name)
		}
		sep := " "
		if strings.Contains(c.ranked, ",") || strings.Count(c.ranked, " map") == 1 {
			sep = ","
		}
		if got := strings.Join(names, sep); got != c.ranked {
			t.Errorf("%s: ranked are %s, want %s", c.what, got, c.ranked)
		}
		if got := strings.Join(a.Eligible, " "); got != c.eligible {
			t.Errorf("%s: eligible are %s, want %s", c.what, got, c.eligible)
		}
		if got := a.Lead(); got != c.lead {
			t.Errorf("%s: got %q, want %q", c.what, got, c.lead)
		}
		ok := len(a.Notes) == len(c.notes)
		for i := 0; ok && i < len(c.notes); i++ {
			ok = strings.HasPrefix(a.Notes[i], c.notes[i])
		}
		if !ok {
			t.Errorf("%s: the notes are %q, want %q", c.what, a.Notes, c.notes)
		}
	}
}

func TestWhatIsRuledOutSaysWhy(t *testing.T) {
	a := data().Advise(Case{Grain: 1, Tasks: 1, Limit: 1, Submitters: 1, Needs: []string{"cancel", "stream"}})
	got := fmt.Sprint(a.Excluded)
	for _, want := range []string{
		"{free [limit: it is ignored stream: no call of the library does it]}", "{fast [cancel: queued tasks cannot be dropped", "{even [stream: no call of the library does it]}",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	a = data().Advise(Case{Grain: 1, Tasks: 1, Submitters: 1, Needs: []string{"reject", "panic"}})
	if got, want := fmt.Sprint(a.Excluded), "[{fast [reject: only with nonblocking panic: only with handler reject and panic: not all at once]}]"; got != want {
		t.Errorf("two options that were not proved together: %s, want %s", got, want)
	}
	a = data().Advise(Case{Grain: 1, Tasks: 1, Submitters: 1, Needs: []string{"ordered", "errors"}})
	if got := fmt.Sprint(a.Excluded); !strings.Contains(got, "{fast [ordered: no call of the library does it errors: no call of the library does it]}") {
		t.Errorf("two idioms of which none does both: %s", got)
	}
}

func TestAVariantThatWasMeasuredIsRanked(t *testing.T) {
	d := data()
	d.Groups[1].Cells = append(d.Groups[1].Cells, Figure{Strategy: "fast+nonblocking", Ratio: 0.1, Low: 0.1, High: 0.1, N: 9})
	for _, c := range []struct {
		needs            []string
		ranked, eligible string
	}{
		{nil, "fast+nonblocking fast even slow", "unseen"},
		{[]string{"reject"}, "fast+nonblocking even slow", "unseen"},
		{[]string{"panic"}, "even slow", "fast+handler unseen"},
	} {
		a := d.Advise(Case{Grain: 1000, Tasks: 1000, Limit: 64, Submitters: 1, Needs: c.needs})
		var ranked []string
		for _, r := range a.Ranked {
			ranked = append(ranked, r.Strategy)
		}
		if got := strings.Join(ranked, " "); got != c.ranked || strings.Join(a.Eligible, " ") != c.eligible {
			t.Errorf("%v: ranked are %s, eligible %v", c.needs, got, a.Eligible)
		}
	}
}

func TestOurOwnPoolIsNamedWithTheBestOfTheOthers(t *testing.T) {
	d := data()
	d.Strategies = append(d.Strategies, Strategy{Name: bench.Own, Ways: []guarantee.Way{{Gives: []string{"limit"}}}})
	d.Groups[1].Cells = append(d.Groups[1].Cells, Figure{Strategy: bench.Own, Ratio: 0.1, Low: 0.1, High: 0.1, N: 9})
	a := d.Advise(Case{Grain: 1000, Tasks: 1000, Limit: 64, Submitters: 1})
	if want := []string{bench.Own + " is this project's own pool; the best of the others is fast."}; !slices.Equal(a.Notes, want) {
		t.Errorf("the notes are %q, want %q", a.Notes, want)
	}
	d.Strategies = []Strategy{d.Strategies[len(d.Strategies)-1], {Name: "other", Ways: []guarantee.Way{{Option: "fast", Gives: []string{"limit"}}}}}
	a = d.Advise(Case{Grain: 1000, Tasks: 1000, Limit: 64, Submitters: 1})
	if want := []string{bench.Own + " is this project's own pool; others that fit, unmeasured: other+fast."}; !slices.Equal(a.Notes, want) {
		t.Errorf("the notes are %q, want %q", a.Notes, want)
	}
}

func TestEveryStrategyIsSomewhere(t *testing.T) {
	d := data()
	rapid.Check(t, func(t *rapid.T) {
		c := Case{
			Grain: rapid.Float64Range(0, 1e10).Draw(t, "grain"), Tasks: rapid.IntRange(1, 1e9).Draw(t, "tasks"), Limit: rapid.IntRange(0, 1e6).Draw(t, "limit"),
			Submitters: rapid.IntRange(1, 1000).Draw(t, "submitters"), Waiting: rapid.Bool().Draw(t, "waiting"),
			Needs: rapid.SliceOfDistinct(rapid.SampledFrom(guarantee.Names()), rapid.ID).Draw(t, "needs"),
		}
		a := d.Advise(c)
		somewhere := make(map[string]int)
		for _, r := range a.Ranked {
			somewhere[r.Strategy] = 1 // with each of its idioms that fit
		}
		for _, name := range a.Eligible {
			strategy, _, _ := strings.Cut(name, "+") // in the place of a strategy, perhaps with several options
			somewhere[strategy] = 1
		}
		for _, e := range a.Excluded {
			somewhere[e.Name]++
		}
		for _, s := range d.Strategies {
			if somewhere[s.Name] != 1 {
				t.Fatalf("%s is in %d places of %+v", s.Name, somewhere[s.Name], a)
			}
		}
		if len(a.Ranked) > 0 && a.Distance > Farthest {
			t.Fatalf("ranked by a comparison %v away", a.Distance)
		}
		if (a.Distance == 0) != (a.Gap == "") && !(c.Waiting && a.Distance == 0) && !(c.Grain < 1) {
			t.Fatalf("the distance is %v with the gap %q", a.Distance, a.Gap)
		}
	})
}

func TestTheReferenceRunSettlesWhatUsersAsked(t *testing.T) {
	set, err := results.Open(filepath.Join("..", "..", "results", "reference", "results.txt"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Gather(nil, question.NewEvidence(set))
	if err != nil {
		t.Fatal(err)
	}
	if d.Bound != 5e4 || !strings.HasPrefix(d.Uncertainty, "with an uncertainty of up to +-") {
		t.Errorf("no pool is faster from %v on, %s; want 50us", d.Bound, d.Uncertainty)
	}
	for _, g := range d.Groups {
		if strings.HasPrefix(g.Name, "mix") || len(g.Cells) == 0 {
			t.Errorf("group %s is no case's like", g.Name)
		}
	}
	for _, name := range []string{"conc", "pond", "ants", "stealing"} {
		d.Strategies = append(d.Strategies, Strategy{Name: name, Ways: []guarantee.Way{{Gives: []string{"limit"}}}})
	}
	a := d.Advise(Case{Grain: 3e6, Tasks: 50_000, Submitters: 1})
	if len(a.Ranked) != 0 || len(a.Notes) != 1 || !strings.HasPrefix(a.Notes[0], "Speed does not decide: from tasks of 50us on") {
		t.Errorf("50,000 tasks of 3 ms: %+v", a)
	}
	short, long := d.Advise(Case{Grain: 1e4, Tasks: 200, Submitters: 1}), d.Advise(Case{Grain: 1e4, Tasks: 200, Limit: 64, Submitters: 1})
	if short.Closest != long.Closest || !strings.Contains(short.Closest, "limit 64") {
		t.Errorf("without a limit the figures are of %s, with 64 of %s", short.Closest, long.Closest)
	}
}

func TestSpansHaveEveryDigitThatTellsThemApart(t *testing.T) {
	for ns, want := range map[float64]string{0: "0", 1: "1ns", 12.5: "12.5ns", 250: "250ns", 1000: "1us", 1001: "1.001us", 1125: "1.125us", 5e6: "5ms", 2.5e9: "2.5s"} {
		if got := Span(ns); got != want {
			t.Errorf("%v is %s, want %s", ns, got, want)
		}
	}
}
