package question

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// base are the cells that every group has.
func base(more ...measured) []measured {
	return append([]measured{ratio("loop", 0.01), ratio("goroutines", 1), ratio("control", 1)}, more...)
}

// answered answers all questions.
func answered(t *testing.T, e *Evidence) []Answer {
	t.Helper()
	all, err := Answers(e)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func granularities(e *Evidence) []METG { return e.METGs(e.Family(bench.FamilyGrain.Groups), 0.5) }

// with adds a unit to a cell.
func with(m measured, unit string, value float64) measured {
	m.values = maps.Clone(m.values)
	m.values[unit] = value
	return m
}

func TestAnswersFollowTheEvidence(t *testing.T) {
	spin := func(grain string, cells ...measured) []measured {
		return under("work=spin/grain="+grain, base(cells...)...)
	}
	stack := func(grain string, cells ...measured) []measured {
		return under("work=stack/grain="+grain, base(cells...)...)
	}
	memory := func(strategy string, mb, goroutines float64) measured {
		return measured{strategy: strategy, values: map[string]float64{results.PeakRSS: mb * 1e6, results.PeakStack: mb * 1e5, results.PeakGoroutines: goroutines}}
	}
	sleeping := "work=sleep/grain=10ms/tasks=10000/limit=1000"
	noisy := func(m measured, spread float64) measured { m.spread = spread; return m }
	type groups = map[string][]measured
	for _, c := range []struct {
		what     string
		question *Question
		blocks   int
		groups   groups
		want     []string // regular expressions, each of one sentence in its order
	}{
		{"a pool is faster for short tasks", Goroutine, 12, groups{
			"submit": base(ratio("fast", 0.5), ratio("slow", 3)), "grain10us": spin("10us", ratio("fast", 1), ratio("slow", 1))},
			[]string{`^Yes, for empty tasks: fast is (2\.0|1\.9)\dx \[.*\] faster than go f\(\)\.$`, `^No pool is measurably faster from tasks of 10us on, with an uncertainty of up to \+-\d %\.$`,
				`^Slower than go f\(\) for empty tasks: slow [23]\.\d+x \[.*\]\.$`}},
		{"a pool is faster at all sizes", Goroutine, 12, groups{
			"submit": base(ratio("fast", 0.5)), "grain10us": spin("10us", ratio("fast", 0.8))},
			[]string{`^Yes, for empty tasks: `, `^The difference lasts up to the longest tasks that were measured: for tasks of 10us, fast is 1\.2\dx \[.*\] faster than go f\(\)\.$`}},
		{"no pool is faster", Goroutine, 12, groups{"submit": base(ratio("mine", 1)), "grain10us": spin("10us", ratio("mine", 1))},
			[]string{`^No: from empty tasks to tasks of 10us no pool is measurably faster than go f\(\), with an uncertainty of up to \+-\d %\.$`}},
		{"too little for a verdict on speed", Goroutine, 3, groups{"submit": base(ratio("fast", 0.1))},
			[]string{`^Too little was measured for a verdict: at most 3 processes of each strategy, where comparing 1 takes 6\.`}},
		{"a wild control", Goroutine, 12, groups{"submit": {ratio("goroutines", 1), {strategy: "control", values: ratio("control", 1).values, missing: []int{1, 2, 3, 4, 5, 6, 7}}, ratio("fast", 0.1)}},
			[]string{`^The control varied too much for a verdict\.$`}},
		{"other work", Goroutine, 12, groups{"submit": base(ratio("mine", 1)), "hash": under("work=hash/grain=1KiB", base(ratio("mine", 0.5))...), "sleep": under("work=sleep/grain=1ms", base(ratio("mine", 1))...)},
			[]string{`^No: for empty tasks no pool`, `^For tasks that hash 1KiB, mine is (2\.0|1\.9)\dx \[`, `^For tasks that wait 1ms, no pool is measurably faster than go f\(\), with an uncertainty of up to \+-\d %\.$`}},
		{"only the floor was compared", Goroutine, 12, groups{"submit": base(ratio("serial", 0.1))}, nil},
		{"nothing on speed", Goroutine, 12, groups{"memory": {memory("goroutines", 20, 9)}}, nil},

		{"a library beats the semaphore and another does not", UseSemaphore, 12, groups{"submit": base(ratio("semaphore", 1.2), ratio("fast", 0.4), ratio("slow", 3)), "grain10us": spin("10us", ratio("semaphore", 1), ratio("fast", 1), ratio("slow", 1))},
			[]string{`^Yes, for empty tasks: fast is (3\.0|2\.9)\dx \[.*\] faster than a channel semaphore\.$`, `^No pool is measurably faster from tasks of 10us on, with an uncertainty of up to \+-\d %\.$`,
				`^Slower than a channel semaphore for empty tasks: slow 2\.\d+x \[.*\]\.$`, `^For empty tasks, go f\(\), which has no limit, is 1\.[12]\dx \[.*\] faster than a channel semaphore\.$`}},
		{"a library beats the semaphore at all sizes", UseSemaphore, 12, groups{"submit": base(ratio("semaphore", 1), ratio("fast", 0.4)), "grain10us": spin("10us", ratio("semaphore", 1), ratio("fast", 0.9))},
			[]string{`^Yes, for empty tasks: fast is 2\.`, `^The difference lasts up to the longest tasks that were measured: for tasks of 10us, fast is 1\.1`}},
		{"go f() alone is faster than the semaphore", UseSemaphore, 12, groups{"submit": base(ratio("semaphore", 2), ratio("even", 2))},
			[]string{`^No: for empty tasks no pool is measurably faster than a channel semaphore`, `^For empty tasks, go f\(\), which has no limit, is (2\.0|1\.9)\dx \[.*\] faster`}},
		{"nothing beats the semaphore", UseSemaphore, 12, groups{"submit": base(ratio("semaphore", 0.5), ratio("slow", 3))},
			[]string{`^No: for empty tasks no pool is measurably faster than a channel semaphore, with an uncertainty of up to \+-\d %\.$`, `^Slower than a channel semaphore for empty tasks: slow [56]\.\d+x \[[^]]*\]\.$`,
				`^For empty tasks, go f\(\), which has no limit, is (2|1\.9)\S*x \[.*\] slower than a channel semaphore\.$`}},
		{"the semaphore under a tight limit", UseSemaphore, 12, groups{"submit2": under("limit=2", base(ratio("semaphore", 1), ratio("fast", 0.5))...)},
			[]string{`^Under a limit of 2, for empty tasks, fast is (2\.0|1\.9)\dx \[.*\] faster than a channel semaphore\.$`}},
		{"nothing beats the semaphore under a tight limit", UseSemaphore, 12, groups{"submit2": under("limit=2", base(ratio("semaphore", 1), ratio("slow", 3))...)},
			[]string{`^Under a limit of 2, for empty tasks, no pool is measurably faster than a channel semaphore, with an`, `^Under a limit of 2, for empty tasks, slower than a channel semaphore: slow (3|2\.9)`}},
		{"too little on the semaphore", UseSemaphore, 4, groups{"submit": base(ratio("semaphore", 1.2), ratio("fast", 0.4))},
			[]string{`^Too little was measured for a verdict: at most 4 processes`}},
		{"the semaphore is missing", UseSemaphore, 12, groups{"submit": base(ratio("fast", 0.4))}, nil},
		{"only the semaphore", UseSemaphore, 12, groups{"submit": {ratio("semaphore", 0.4)}}, nil},

		{"a limit saves memory", MemoryUse, 6, groups{"memory": under(sleeping, memory("goroutines", 30, 6000), memory("lean", 12, 1010), memory("semaphore", 14, 1012), memory("fat", 25, 1000), memory("other", 16, 1000))},
			[]string{`^With 10000 tasks that wait 10ms and a limit of 1000, lean peaks at 1\d\.\d MB, 2\.\d\dx \[[^]]*\] less than go f\(\), and fat, which needs most, at 2\d\.\d MB, 1\.\d\dx \[[^]]*\] less than go f\(\); go f\(\) itself peaks at \d\d\.\d MB \[.*\] and (5|6)\d\d\d goroutines\.$`, `^This is the memory of the whole process; `}},
		{"memory that the intervals do not set apart", MemoryUse, 6, groups{"memory": under(sleeping, memory("goroutines", 30, 6000), memory("lean", 12, 1010), memory("semaphore", 12.02, 1012), memory("fat", 25, 1000), memory("other", 16, 1000))},
			[]string{`(lean|semaphore) peaks at .* and fat, .*; (lean and semaphore|semaphore and lean) are tied\.$`, `whole process`}},
		{"memory of two", MemoryUse, 6, groups{"memory": under(sleeping, memory("goroutines", 30, 6000), memory("lean", 12, 1010))},
			[]string{`^With .* and a limit of 1000, lean peaks at 1\d\.\d MB, 2\.\d\dx \[.*\] less than go f\(\); go f\(\) itself`, `whole process`}},
		{"memory of too few processes", MemoryUse, 3, groups{"memory": under(sleeping, memory("goroutines", 30, 6000), memory("lean", 12, 1010))},
			[]string{`lean peaks at 1\d\.\d MB, about 2\.\d\dx less than go f\(\); go f\(\) itself peaks at about \d\d\.\d MB and`, `whole process`, `^Figures with "about"`}},
		{"a system that tells no memory", MemoryUse, 6, groups{"memory": under(sleeping,
			measured{strategy: "goroutines", values: map[string]float64{results.PeakStack: 20e6}}, measured{strategy: "lean", values: map[string]float64{results.PeakStack: 2e6}})},
			[]string{`lean peaks at (1\.9|2\.0)\d MB, \d+\.\d+x \[.*\] less than go f\(\); go f\(\) itself peaks at (19|20)\.\d MB \[[^]]*\]\.$`, `^This is the memory of stacks alone`}},
		{"memory without the reference", MemoryUse, 6, groups{"memory": under(sleeping, memory("lean", 12, 1010))}, nil},

		{"costs of a submit", Submit, 12, groups{
			"submit":  base(with(ratio("fast", 0.5), results.SubmitNs, 100), with(ratio("slow", 3), results.SubmitNs, 900)),
			"latency": under("tasks=10000", with(ratio("fast", 0.5), results.DoneP99, 2e6), with(ratio("slow", 3), results.DoneP99, 3e3))},
			[]string{`^Submitting one empty task takes (99|100|101)(\.\d)? ns \[.*\] with fast and \d{3} ns \[.*\] with slow\.$`,
				`^To the end of the last task, fast completes [34]\.\d\d to [34]\.\d\d million tasks a second: one takes 2\d\d ns \[.*\] with fast, .* with go f\(\) and .* with slow\.$`,
				`^In a burst of empty tasks, the 99th percentile of the time from submit to done is \d\.\d\d us \[.*\] with slow and \d\.\d\d ms \[.*\] with fast\.$`}},
		{"many submit costs are cut short", Submit, 12, groups{"submit": base(ratio("a", 1), ratio("b", 2), ratio("c", 3), ratio("d", 4))},
			[]string{`^To the end of the last task, (goroutines|a) completes .* one takes [^,]* ns \[[^]]*\] with (goroutines|a), and up to [^,]* us \[[^]]*\] with d\.$`}},

		{"many submitters slow some down", Contention, 12, groups{
			"submit":      base(with(ratio("steady", 0.5), results.NsPerTask, 250), ratio("bad", 1)),
			"contention8": under("submitters=8", base(with(ratio("steady", 0.5), results.NsPerTask, 250), with(ratio("bad", 2), results.NsPerTask, 2000))...)},
			[]string{`^With 8 goroutines that submit instead of one, a task takes this many times as long: bad [34]\.\d+x \[.*\]\.$`, `^With 8 goroutines that submit 1000 empty tasks, steady is (2\.0|1\.9)`,
				`^With 8 goroutines that submit 1000 empty tasks, slower than go f\(\): bad`}},
		{"those with most submitters come first", Contention, 12, groups{
			"contention8": under("submitters=8", base(ratio("mine", 2))...), "contention64": under("submitters=64", base(ratio("mine", 0.5))...)},
			[]string{`^With 64 goroutines .* mine is (2\.0|1\.9)`, `^With 8 goroutines .* no pool is measurably faster`, `^With 8 goroutines .* slower than go f\(\): mine`}},
		{"many submitters slow nobody down", Contention, 12, groups{
			"submit": base(ratio("mine", 1)), "contention8": under("submitters=8", base(ratio("mine", 1))...)},
			[]string{`^With 8 goroutines that submit instead of one, no pool needs measurably more time a task\.$`, `^With 8 goroutines that submit 1000 empty tasks, no pool is measurably faster than go f\(\), with an uncertainty of up to \+-`}},
		{"contention with one that is slower only", Contention, 12, groups{"contention8": under("submitters=8", base(ratio("mine", 2))...)},
			[]string{`no pool is measurably faster than go f\(\), `, `: mine [12]\.\d+x`}},
		{"too little on contention", Contention, 2, groups{"contention8": under("submitters=8", base(ratio("mine", 2))...)},
			[]string{`^Too little was measured`}},

		{"stacks", Stack, 12, groups{"stack2": stack("2KiB", ratio("mine", 1)), "stack16": stack("16KiB", ratio("mine", 0.2))},
			[]string{`^For tasks that need 2KiB of stack, no pool is measurably faster than go f\(\), with an uncertainty of up to \+-`, `^For tasks that need 16KiB of stack, mine is (5\.0|4\.9)`}},
		{"reuse pays for all stacks", Stack, 12, groups{"stack2": stack("2KiB", ratio("mine", 0.5)), "stack16": stack("16KiB", ratio("mine", 0.2))},
			[]string{`^It pays at every depth of stack that was measured: for tasks that need 2KiB of stack, mine is (2\.0|1\.9)\dx \[.*\] faster than go f\(\)\.$`, `^For tasks that need 16KiB of stack, mine is`}},
		{"too little on stacks", Stack, 2, groups{"stack2": stack("2KiB", ratio("mine", 0.1))}, []string{`^Too little was measured`}},

		{"ways of getting results back", Results, 12, groups{"results": append(
			under("work=spin/grain=1us", base(ratio("mine", 1), ratio("other", 1))...),
			append(under("work=spin/grain=1us/pattern=waiteach", ratio("mine", 3), ratio("other", 2)),
				append(under("work=spin/grain=1us/pattern=collect/pool=fresh", ratio("mine", 1.2)),
					under("work=spin/grain=1us/pattern=native/idiom=stream", ratio("mine", 0.5))...)...)...)},
			[]string{`^Waiting for each result .*: with tasks of 1us, in multiples of the time of a callback, it takes from (2\.|1\.9)\d*x \[.*\] with other to (3\.|2\.9)\d*x \[.*\] with mine\.$`,
				`^Keeping futures .*: with tasks of 1us, in multiples of the time of a callback, it takes 1\.\d+x \[.*\] with mine\.$`, `^The libraries have ways .*: with tasks of 1us, in multiples of the time of a callback, they take 0\.\d+x \[.*\] with mine stream\.$`,
				`^The same in Python was not measured: no usable python3 was found\.$`}},
		{"the same in Python", Results, 12, groups{"peers": append(
			under("work=hash/grain=4KiB", base(ratio("pythonthreads", 3), ratio("pythonprocesses", 9))...),
			under("work=hash/grain=4KiB/pattern=waiteach", ratio("pythonprocesses", 20))...)},
			[]string{`^The same in Python, on the same bytes, as a multiple of the time of go f\(\) with a callback: pythonthreads \d.*x \[.*\] and pythonprocesses \d.*x \[.*\]; waiting for each result, pythonprocesses \d+(\.\d)?x \[.*\]\.$`}},
		{"patterns within the control's noise", Results, 12, groups{"results": append(
			under("work=spin/grain=1us", ratio("goroutines", 1), noisy(ratio("control", 1), 0.3), ratio("mine", 1), ratio("other", 1)),
			append(under("work=spin/grain=1us/pattern=waiteach", ratio("mine", 1.05), ratio("other", 3)),
				under("work=spin/grain=1us/pattern=collect/pool=fresh", ratio("mine", 1.05), ratio("other", 0.95))...)...)},
			[]string{`it takes (2\.9|3\.)\d*x \[.*\] with other; no difference from a callback was found with mine\.$`, `with tasks of 1us, no difference from a callback was found with (mine|other) and (mine|other)\.$`, `^The same in Python`}},
		{"patterns of too few processes", Results, 4, groups{"results": append(
			under("work=spin/grain=1us", base(ratio("mine", 1))...), under("work=spin/grain=1us/pattern=waiteach", ratio("mine", 3))...)},
			[]string{`^Too little was measured for a verdict: at most 4 processes of each strategy, where comparing 1 takes 6\.`, `^The same in Python`}},
		{"Python of too few processes", Results, 6, groups{"peers": under("work=hash/grain=4KiB", base(ratio("pythonthreads", 3), ratio("pythonprocesses", 9))...)},
			[]string{`: pythonthreads [23].*x \[.*\] \(too few processes for a verdict\) and pythonprocesses .*\] \(too few processes for a verdict\)\.$`}},
		{"Python as fast", Results, 12, groups{"peers": under("work=hash/grain=4KiB", base(ratio("pythonthreads", 1))...)},
			[]string{`: pythonthreads .*\] \(no difference\)\.$`}},
		{"a pattern without its callback", Results, 12, groups{"results": under("pattern=waiteach", ratio("mine", 3))}, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			got := texts(t, c.question, evidence(t, c.blocks, c.groups))
			ok := len(got) == len(c.want)
			for i := 0; ok && i < len(got); i++ {
				ok = regexp.MustCompile(c.want[i]).MatchString(got[i])
			}
			if !ok {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

// bursts begins a sentence on granularity.
const bursts = "With bursts of up to 1000 tasks and a limit of 64, "

func TestGranularityLiesBelowInOrAboveTheSweep(t *testing.T) {
	groups := make(map[string][]measured)
	for _, c := range []struct {
		grain               string
		below, inside, over float64
	}{{"100ns", 0.7, 0.2, 0.01}, {"1us", 0.8, 0.45, 0.05}, {"10us", 0.95, 0.7, 0.2}} {
		groups["grain"+c.grain] = under("work=spin/grain="+c.grain,
			with(ratio("below", 1), results.Efficiency, c.below),
			with(ratio("inside", 1), results.Efficiency, c.inside),
			with(ratio("over", 1), results.Efficiency, c.over),
			with(ratio("serial", 1), results.Efficiency, 0.5),
		)
	}
	e := evidence(t, 8, groups)
	want := []string{`^below below 100 ns$`, `^inside 1\.\d\d us \[(1\.\d\d us|9\d\d ns), 1\.\d\d us\]$`, `^over above 10\.0 us$`}
	var got []string
	for _, m := range granularities(e) {
		if m.Row.Strategy != "serial" {
			got = append(got, m.Row.Strategy+" "+m.String())
		}
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if !regexp.MustCompile(want[i]).MatchString(got[i]) {
			t.Errorf("got %q, want %s", got[i], want[i])
		}
	}
	answer := texts(t, Grain, e)
	if len(answer) != 2 || !strings.HasPrefix(answer[0], bursts+"the shortest tasks that keep half of the CPUs busy: below below 100 ns and inside 1.") ||
		!strings.HasSuffix(answer[0], "; above 10.0 us: over.") || !strings.HasPrefix(answer[1], bursts+"the shortest tasks that keep 90 % of the CPUs busy: below ") {
		t.Errorf("got %q", answer)
	}
	if few := granularities(evidence(t, 3, groups)); !slices.ContainsFunc(few, func(m METG) bool { return strings.HasPrefix(m.String(), "about ") }) {
		t.Errorf("three processes carry an interval: %v", few)
	}
	delete(groups, "grain100ns")
	delete(groups, "grain1us")
	if one := texts(t, Grain, evidence(t, 8, groups)); len(one) > 0 {
		t.Errorf("one task length is no sweep, and yet %q", one)
	}
}

func TestARunThatLacksCPUsSaysNothingOnWhatTakesMore(t *testing.T) {
	run := func(used float64) *Evidence {
		groups := make(map[string][]measured)
		for grain, share := range map[string]float64{"1us": 0.3, "10us": 0.6, "50us": 0.7} {
			cells := base(ratio("mine", 1), ratio("other", 1), ratio("serial", 1))
			for i := range cells {
				cells[i] = with(with(cells[i], results.Efficiency, share), results.CPUNsPerTask, used*cells[i].values[results.NsPerTask])
			}
			groups["grain"+grain] = under("work=spin/grain="+grain, cells...)
		}
		return evidence(t, 8, groups, results.Setting{Key: "gomaxprocs", Value: "2"})
	}
	for _, c := range []struct {
		used float64
		want []string
	}{
		{1.4, []string{bursts + "the shortest tasks that keep half of the CPUs", "This run had only 1.4 of 2 CPUs (the median over the pools, with tasks of 50us): it cannot tell which pools keep 90 % of the CPUs busy."}},
		{1.95, []string{bursts + "the shortest tasks that keep half of the CPUs", bursts + "no pool keeps 90 % of the CPUs busy"}},
	} {
		got := texts(t, Grain, run(c.used))
		if len(got) != 2 || !strings.HasPrefix(got[0], c.want[0]) || !strings.HasPrefix(got[1], c.want[1]) {
			t.Errorf("with %v CPUs at work: %q", c.used, got)
		}
	}
}

func TestTheUncertaintyIsTheWidestFromThereOn(t *testing.T) {
	wide := ratio("mine", 1)
	wide.spread = 0.5
	e := evidence(t, 12, map[string][]measured{
		"grain1us":  under("work=spin/grain=1us", base(ratio("mine", 1), ratio("other", 1))...),
		"grain10us": under("work=spin/grain=10us", base(wide, ratio("other", 1))...),
	})
	pools := func(slug string) string { g := e.group(slug); return uncertainty(g.pools(inTurns(t, e, g).Claims)) }
	if pools("grain1us") == pools("grain10us") {
		t.Errorf("both are uncertain by %s, and so this test shows nothing", pools("grain1us"))
	}
	if got := texts(t, Goroutine, e); !strings.Contains(got[0], pools("grain10us")) {
		t.Errorf("the answer hides that it is %s: %q", pools("grain10us"), got)
	}
}

func TestTheHeadSaysWhatIsNoPool(t *testing.T) {
	set := map[string][]measured{"submit": base(ratio("second", 0.1))}
	for kind, want := range map[string]int{"pool": 1, "": 1, "floor": 0, "remote": 0} {
		e := evidence(t, 8, set, results.Setting{Key: "kinds", Value: "goroutines=pool second=" + kind})
		g := e.group("submit")
		if got := len(g.pools(inTurns(t, e, g).With(claim.Better))); got != want {
			t.Errorf("as %q %d pools are faster, want %d", kind, got, want)
		}
	}
}

func TestNoEvidenceMeansNoAnswer(t *testing.T) {
	e := evidence(t, 12, map[string][]measured{"unheard": {ratio("goroutines", 1), ratio("control", 1), ratio("mine", 0.5)}})
	if got := answered(t, e); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestAnswersComeInTheOrderOfTheQuestions(t *testing.T) {
	e := evidence(t, 3, map[string][]measured{
		"contention8": under("submitters=8", base(ratio("mine", 2))...), "submit": base(ratio("mine", 2), ratio("semaphore", 1)),
	}, results.Setting{Key: "go", Value: "go1.99"})
	var slugs []string
	for _, a := range answered(t, e) {
		slugs = append(slugs, a.Question.Slug)
		if text := strings.Join(a.Texts(), " "); strings.Contains(text, "about ") != strings.HasSuffix(text, "too few measurements for an interval.") {
			t.Errorf("what about means is said where it stands, and only there: %s", text)
		}
	}
	if want := []string{"goroutine", "semaphore", "submit", "contention"}; !slices.Equal(slugs, want) {
		t.Errorf("got %v, want %v", slugs, want)
	}
}

func TestEveryQuestionHasASlugAndAnAnswer(t *testing.T) {
	for _, q := range All {
		if !regexp.MustCompile(`^[a-z]+$`).MatchString(q.Slug) || !strings.HasSuffix(q.Ask, "?") || len(q.Parts) == 0 {
			t.Errorf("question %+v is not complete", q)
		}
	}
	if slugs := Slugs(); len(slices.Compact(slices.Sorted(slices.Values(slugs)))) != len(All) {
		t.Errorf("slugs are not unique: %v", slugs)
	}
}

func TestTheMachineIsNamedAsFarAsItIsKnown(t *testing.T) {
	for _, c := range []struct {
		head []results.Setting
		want string
	}{
		{nil, ""},
		{[]results.Setting{{Key: "go", Value: "go1.99"}}, "Measured with go1.99."},
		{[]results.Setting{{Key: "go", Value: "go1.99"}, {Key: "cpu", Value: "Abacus"}}, "Measured with go1.99 on Abacus."},
		{[]results.Setting{{Key: "go", Value: "go1.99"}, {Key: "cpu", Value: "Abacus"}, {Key: "gomaxprocs", Value: "3"}}, "Measured with go1.99 on Abacus (3 CPUs)."},
	} {
		e := evidence(t, 1, map[string][]measured{"submit": base(ratio("mine", 1))}, c.head...)
		if got := e.machine(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// whole is a run of the whole catalog, as small as it can be.
func whole(t *testing.T, blocks int) *Evidence {
	var cells []measured
	for i, s := range lineup.All {
		cells = append(cells, with(ratio(s.Name, 0.5+0.1*float64(i)), results.SubmitNs, 100))
	}
	return evidence(t, blocks, map[string][]measured{"submit": append(base(), slices.DeleteFunc(cells, func(m measured) bool { return m.strategy == "goroutines" })...)})
}

func TestLongListsAreCutShort(t *testing.T) {
	for _, a := range answered(t, whole(t, 12)) {
		for _, s := range a.Texts() {
			if n := strings.Count(s, "x ["); n > 6 {
				t.Errorf("%s: a sentence with %d ratios: %s", a.Question.Slug, n, s)
			}
			if !strings.HasSuffix(s, ".") || strings.Contains(s, "  ") || strings.Contains(s, "%!") {
				t.Errorf("%s: no sentence: %s", a.Question.Slug, s)
			}
		}
	}
}

func TestTheShortAnswerIsTheBeginningOfTheAnswer(t *testing.T) {
	long := strings.Repeat("so ", 60) + "it is."
	for _, c := range []struct {
		sentences []string
		want      string
	}{
		{nil, ""},
		{[]string{"Yes."}, "Yes."},
		{[]string{"Yes.", "From here on no.", "More."}, "Yes. From here on no."},
		{[]string{long, long, "More."}, long},
		{[]string{long + long, "No."}, long + long},
	} {
		var sentences []Sentence
		for _, text := range c.sentences {
			sentences = append(sentences, Sentence{Text: text})
		}
		if got := (Answer{Sentences: sentences}).Short(); got != c.want {
			t.Errorf("of %q the short answer is %q", c.sentences, got)
		}
	}
	for _, a := range answered(t, whole(t, 12)) {
		if short := a.Short(); len(short) > shortLength && short != a.Sentences[0].Text {
			t.Errorf("%s: %d letters are not short: %s", a.Question.Slug, len(short), short)
		}
	}
}
