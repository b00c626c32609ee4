package results_test

import (
	"math"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

func TestSpellingsOfAUnitMeet(t *testing.T) {
	for unit, want := range map[string]struct {
		name   string
		factor float64
	}{
		"ns/op": {"sec/op", 1e-9}, "us/op": {"sec/op", 1e-6}, "\u00b5s/op": {"sec/op", 1e-6}, "\u03bcs/op": {"sec/op", 1e-6},
		"ms/op": {"sec/op", 1e-3}, "s/op": {"sec/op", 1}, "sec/op": {"sec/op", 1}, "ns": {"sec", 1e-9},
		"MB/s": {"B/sec", 1e6}, "B/s": {"B/sec", 1}, "bytes/op": {"B/op", 1}, "req/s": {"req/sec", 1}, "req/ms": {"req/sec", 1e3},
		"p99-ns": {"p99-sec", 1e-9}, "cpu-ns/task": {"cpu-sec/task", 1e-9}, "B*s": {"B*sec", 1}, "ns/op*MB": {"sec/op*B", 1e-3},
		"allocs/op": {"allocs/op", 1}, "x-ref": {"x-ref", 1}, "widgets": {"widgets", 1}, "": {"", 1}, "/": {"/", 1}, "a//-b": {"a//-b", 1}, "nsec/op": {"nsec/op", 1},
	} {
		name, factor := results.Canonical(unit)
		if name != want.name || math.Abs(factor/want.factor-1) > 1e-12 {
			t.Errorf("%q is %v %s, want %v %s", unit, factor, name, want.factor, want.name)
		}
	}
}

func TestConvertedValuesThatWereEqualStayEqual(t *testing.T) {
	for _, row := range []struct {
		from, to   string
		values, in []float64
	}{
		{"sec/op", "ns/op", []float64{1.2e-8, 3.7e-9, 0, 1e-12, 123456e-9}, []float64{12, 3.7, 0, 0.001, 123456}},
		{"\u03bcs/op", "\u00b5s/op", []float64{0.1, 0.3}, []float64{0.1, 0.3}},
		{"\u00b5s/op", "ns/op", []float64{0.1, 0.7, -2.3}, []float64{100, 700, -2300}},
		{"B/s", "MB/s", []float64{102.7e6}, []float64{102.7}},
		{"score", "score", []float64{math.Pi}, []float64{math.Pi}},
		{"sec/op", "ns/op", []float64{1e300, -1e-20}, []float64{math.Inf(1), -1e-11}},
	} {
		got := results.Convert(row.values, row.from, row.to)
		if !slices.Equal(got, row.in) {
			t.Errorf("%v %s are %v %s, want %v", row.values, row.from, got, row.to, row.in)
		}
	}
}

func TestWhichValuesAreBetterIsSaidByTheFileOrKnownOfTheUnit(t *testing.T) {
	set := read(t, "Unit score better=higher\nUnit miss/op better=lower\nUnit odd better=sideways\nUnit size assume=exact\nUnit ns/idle better=higher\nUnit req/s better=lower\n"+line)
	for unit, want := range map[string]string{
		"score": "higher", "miss/op": "lower", "odd": "", "unknown": "", "widgets/op": "", "ns/idle": "higher", "sec/idle": "higher", // one unit, two spellings
		"ns/op": "lower", "sec/op": "lower", "\u00b5s/op": "lower", "ns": "lower", "p99-ns": "lower", "ms/query": "lower",
		"B/op": "lower", "bytes/op": "lower", "allocs/op": "lower", "ns/task": "lower", "open-conns": "higher", "efficiency": "higher",
		"MB/s": "higher", "B/s": "higher", "GB/s": "higher", "ops/s": "higher", "msgs/sec": "higher", "tasks/ms": "higher", "qps": "higher",
		"req/s":    "lower", // the file is believed
		"misses/s": "", "B/conn": "lower", "RSS-growth-B/s": "lower", "B": "",
	} {
		if got := set.Better(unit); got != want {
			t.Errorf("of %s %q is better, want %q", unit, got, want)
		}
	}
	if !set.Exact("size") || set.Exact("score") {
		t.Error("what the file says of noise is not kept")
	}
}
