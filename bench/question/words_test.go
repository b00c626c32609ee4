package question

import (
	"math"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestQuantitiesAreWrittenInThreeDigits(t *testing.T) {
	for _, c := range []struct {
		write func(float64) string
		value float64
		want  string
	}{
		{nanoseconds, 0, "0.00 ns"}, {nanoseconds, 4.5, "4.50 ns"}, {nanoseconds, 45.24, "45.2 ns"}, {nanoseconds, 999.4, "999 ns"},
		{nanoseconds, 999.6, "1.00 us"}, {nanoseconds, 1234, "1.23 us"}, {nanoseconds, 2.5e6, "2.50 ms"}, {nanoseconds, 3e9, "3.00 s"}, {nanoseconds, 4e12, "4000 s"},
		{bytes, 512, "512 B"}, {bytes, 2048, "2.05 kB"}, {bytes, 12.34e6, "12.3 MB"}, {bytes, 1e9, "1.00 GB"},
		{digits, 9.994, "9.99"}, {digits, 9.996, "10.0"}, {digits, 99.94, "99.9"}, {digits, 99.96, "100"},
		{Short, 0, "0.00"}, {Short, 0.0042, "0.0042"}, {Short, 0.099, "0.099"}, {Short, 0.21, "0.21"}, {Short, 3.14159, "3.14"}, {Short, 31.4159, "31.4"}, {Short, 314.159, "314"},
		{percent, 0.125, "12 %"}, {percent, 1, "100 %"},
	} {
		if got := c.write(c.value); got != c.want {
			t.Errorf("%v is written %q, want %q", c.value, got, c.want)
		}
	}
}

func TestFiguresComeWithTheirInterval(t *testing.T) {
	for _, c := range []struct {
		interval    stats.Interval
		times, span string
	}{
		{stats.Interval{Estimate: 0.213, Low: 0.191, High: 0.24}, "0.21x [0.19, 0.24]", "0.21 ns [0.19 ns, 0.24 ns]"},
		{stats.Interval{Estimate: 12.7, Low: 9.1, High: 180}, "12.7x [9.10, 180]", "12.7 ns [9.10 ns, 180 ns]"},
		{stats.Interval{Estimate: 0.44, Low: 0, High: math.Inf(1)}, "about 0.44x", "about 0.44 ns"},
		{stats.Interval{Estimate: 0.44, Low: math.Inf(-1), High: math.Inf(1)}, "about 0.44x", "about 0.44 ns"},
		{stats.Interval{Estimate: math.NaN()}, "not measured", "not measured"},
	} {
		if got := Times(c.interval); got != c.times {
			t.Errorf("Times(%v) = %q, want %q", c.interval, got, c.times)
		}
		if got := span(c.interval, nanoseconds); got != c.span {
			t.Errorf("span(%v) = %q, want %q", c.interval, got, c.span)
		}
	}
}

func TestRatesComeWithTheirInterval(t *testing.T) {
	for _, c := range []struct {
		low, estimate, high float64
		want                string
	}{
		{112.3, 200, 312.5, "3.20 to 8.90 million"},
		{800, 1200, 2000, "500 thousand to 1.25 million"},
		{160, 160, 160, "6.25 million"},
		{2150, 2150, 4300, "233 to 465 thousand"},
		{2e6, 3e6, 4e6, "250 to 500"},
		{math.Inf(-1), 160, math.Inf(1), "about 6.25 million"},
		{-1, 160, 170, "about 6.25 million"},
	} {
		if got := perSecond(stats.Interval{Low: c.low, Estimate: c.estimate, High: c.high}); got != c.want {
			t.Errorf("%v to %v ns are %q a second, want %q", c.low, c.high, got, c.want)
		}
	}
}

func TestNumbersAgreeWithTheirNoun(t *testing.T) {
	for n, want := range map[int]string{0: "at most 0 processes", 1: "at most 1 process of", 2: "at most 2 processes"} {
		if got := shortage(1, n); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
}

func TestListsReadAsProse(t *testing.T) {
	for _, c := range []struct {
		n     int
		words string
		want  string
	}{
		{3, "", "none"}, {3, "a", "a"}, {3, "a b", "a and b"}, {3, "a b c", "a, b and c"},
		{3, "a b c d", "a, b, c and d"}, // "1 more" is no shorter than its name
		{3, "a b c d e", "a, b, c and 2 more"},
	} {
		if got := first(c.n, strings.Fields(c.words)); got != c.want {
			t.Errorf("first(%d, %q) = %q, want %q", c.n, c.words, got, c.want)
		}
	}
	all := []share{{"a", "0.2x"}, {"b", "0.3x"}, {"c", "0.4x"}, {"d", "0.5x"}}
	for _, c := range []struct {
		n    int
		all  []share
		want string
	}{
		{3, all[:1], "a takes 0.2x its time"},
		{3, all[:3], "a takes 0.2x its time, b 0.3x and c 0.4x"},
		{3, all, "a takes 0.2x its time, b 0.3x and c 0.4x; one more is faster"},
		{2, all, "a takes 0.2x its time and b 0.3x; 2 more are faster"},
	} {
		if got := takes(c.n, c.all, "its time"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got, want := slowest(2, all), "d 0.5x, c 0.4x and 2 more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := capital("with two"), "With two"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
