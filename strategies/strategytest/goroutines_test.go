package strategytest

import (
	"strings"
	"sync"
	"testing"
)

const sample = `panic: oops

goroutine 34 gp=0xc0001 m=3 mp=0xc0002 [chan receive, 2 minutes, locked to thread]:
example.com/a.(*pool).work(0xc000010000, {0x1, 0x2})
	/src/a/pool.go:12 +0x1d
example.com/a.Open.func1(...)
	/src/a/pool.go:34
created by example.com/a.Open in goroutine 1
	/src/a/pool.go:33 +0x5f

goroutine 1 [running]:
main.main()
	/src/main.go:5 +0x1
exit status 2
`

func TestADumpIsReadByGoroutine(t *testing.T) {
	all := parseGoroutines([]byte(sample))
	if len(all) != 2 {
		t.Fatalf("%d goroutines", len(all))
	}
	if g := all[0]; g.id != 34 || g.state != "chan receive" || g.creator != 1 {
		t.Errorf("%+v", g)
	}
	if g := all[1]; g.id != 1 || g.state != "running" || g.creator != 0 {
		t.Errorf("%+v", g)
	}
	want := `goroutine [chan receive]
	example.com/a.(*pool).work() /src/a/pool.go:12
	created by example.com/a.Open /src/a/pool.go:33`
	if got := all[0].describe(1); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzParseGoroutines(f *testing.F) {
	f.Add(sample)
	f.Add("goroutine 1 [")
	f.Fuzz(func(t *testing.T, dump string) {
		for _, g := range parseGoroutines([]byte(dump)) {
			if shown := g.describe(3); !strings.HasPrefix(shown, "goroutine [") {
				t.Errorf("%q", shown)
			}
		}
	})
}

func TestAnExcerptCountsWhatIsNewAndAlike(t *testing.T) {
	before := ids()
	gate := make(chan struct{})
	var started sync.WaitGroup
	var ended group
	for range 3 {
		started.Add(1)
		ended.Go(func() { started.Done(); <-gate })
	}
	started.Wait()
	quick.settled(func() int64 { return 0 })
	if got := excerpt(before); !strings.Contains(got, "3 x goroutine [chan receive]") || strings.Contains(got, "testing.(*M).Run") {
		t.Errorf("want the three that wait and nothing older in\n%s", got)
	}
	if got := excerpt(ids()); got != "no goroutine is left that was not there before" {
		t.Errorf("nothing is new in\n%s", got)
	}
	close(gate)
	ended.Wait()
}

func TestAGoroutineKnowsItsID(t *testing.T) {
	own := goroutineID()
	if own == 0 || own != goroutineID() || own != goroutines()[0].id || !ids()[own] {
		t.Errorf("%d is not the same everywhere", own)
	}
	other := make(chan uint64)
	go func() { other <- goroutineID() }()
	if id := <-other; id == own || id == 0 {
		t.Errorf("another goroutine has the id %d, this one %d", id, own)
	}
}

func TestTheEnclosingTestIsFoundFromAnywhereInIt(t *testing.T) {
	const want = "TestTheEnclosingTestIsFoundFromAnywhereInIt"
	var run any
	check := func(where string) {
		got := enclosingTest()
		if got.test != want {
			t.Errorf("from %s: %q", where, got.test)
		}
		if run == nil {
			run = got.run
		}
		if got.run == nil || got.run != run {
			t.Errorf("from %s: the run %v, and before %v", where, got.run, run)
		}
	}
	check("a closure")
	t.Run("subtest", func(t *testing.T) {
		check("a subtest")
		t.Run("deeper", func(*testing.T) { check("a subtest of a subtest") })
		t.Run("method", method{check}.run)
	})
	done := make(chan struct{})
	go func() { defer close(done); check("a goroutine") }()
	<-done
}

type method struct{ check func(string) }

func (m method) run(*testing.T) { m.check("a method that is a subtest") }

func TestOnlyTestsAreTakenForTests(t *testing.T) {
	for frame, want := range map[string]string{
		"example.com/a%2eb/c.TestX(0xc000)":              "TestX",
		"example.com/a.TestX.func1.2(0xc000)":            "TestX",
		"example.com/a_test.Test_x.func1(...)":           "Test_x",
		"main.TestX(0xc000)":                             "TestX",
		"example.com/a.(*Suite).TestX(0xc000)":           "",
		"example.com/a.helper(0xc000)":                   "",
		"example.com/TestX/a.helper(0xc000)":             "",
		"testing.tRunner(0xc000, 0x5d2e60)":              "",
		"created by example.com/a.TestX in goroutine 10": "",
	} {
		got := ""
		if m := testFrame.FindStringSubmatch(frame); m != nil {
			got = m[1]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", frame, got, want)
		}
	}
}

func TestAPatternSelectsOneTest(t *testing.T) {
	if got, want := onlyTest("TestX/a.b/c"), `^TestX$/^a\.b$/^c$`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// runOfAnother is set by the one of these two tests that runs first.
var runOfAnother any

func TestEveryTestIsARunOfItsOwn(t *testing.T)    { runsApart(t) }
func TestEveryTestIsARunOfItsOwnToo(t *testing.T) { runsApart(t) }

func runsApart(t *testing.T) {
	by := enclosingTest()
	if by.run == nil || by.run == runOfAnother || by.test != t.Name() {
		t.Errorf("the caller is %+v, and that of another test had the run %v", by, runOfAnother)
	}
	runOfAnother = by.run
}
