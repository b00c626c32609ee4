package claim

import (
	"math"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

func TestOneClaimIsWrittenAlikeEverywhere(t *testing.T) {
	baseline := Subject{Name: "go f()"}
	interval := func(e, l, h float64) stats.Interval { return stats.Interval{Estimate: e, Low: l, High: h, N: 9} }
	for _, c := range []struct {
		of                                    Claim
		sentence, figure, span, short, inLess string
	}{
		{Claim{Unit: "ns/task", Value: interval(1200, 1100, 1320)}, "1.20 us [1.10 us, 1.32 us]", "1.20 us", "[1.10 us, 1.32 us]", "1.20 us", "1.20 us [1.10 us, 1.32 us]"},
		{Claim{Unit: "x-ref", Baseline: baseline, Value: interval(.1, .08, .125), Verdict: Better}, "10.0x [8.00, 12.5] faster", "10.0x faster", "[8.00, 12.5]", "0.10 +-25%", "10.0x [8.00, 12.5]"},
		{Claim{Unit: "x-ref", Baseline: baseline, Value: interval(1.02, .98, 1.06), Verdict: Tied}, "1.02x [0.98, 1.06] slower", "1.02x slower", "[0.98, 1.06]", "1.02 +-4% =", "1.02x [0.98, 1.06]"},
		{Claim{Unit: "x-ref", Baseline: baseline, Value: interval(1, 1, 1)}, "1.00x [1.00, 1.00] slower", "1.00x slower", "[1.00, 1.00]", "1", "1.00x [1.00, 1.00]"},
		{Claim{Unit: "x-ref", Baseline: baseline, Value: stats.Interval{Estimate: .5, High: math.Inf(1), N: 3}, Verdict: Undecided}, "about 2.00x faster", "about 2.00x faster", "", "0.50 ?", "about 2.00x"},
		{Claim{Unit: "x-ref", Baseline: baseline, Value: interval(.5, .498, .502), Verdict: Better}, "2.00x [1.99, 2.01] faster", "2.00x faster", "[1.99, 2.01]", "0.50 +-0.4%", "2.00x [1.99, 2.01]"},
		{Claim{Unit: "peak-RSS-bytes", Baseline: baseline, Value: interval(.5, .4, .5)}, "2.00x [2.00, 2.50] less", "2.00x less", "[2.00, 2.50]", "0.50 +-12%", "2.00x [2.00, 2.50]"},
		{Claim{Unit: "req/s", Baseline: baseline, Value: interval(2, 1.5, 2.5)}, "2.00x [1.50, 2.50] higher", "2.00x higher", "[1.50, 2.50]", "2.00 +-29%", "2.00x [1.50, 2.50]"},
		{Claim{Unit: "answered-share", Value: interval(.97, .96, .98)}, "97.0 % [96.0 %, 98.0 %]", "97.0 %", "[96.0 %, 98.0 %]", "97.0 %", "97.0 % [96.0 %, 98.0 %]"},
		{Claim{Unit: "x-ref", Value: stats.Interval{Estimate: math.NaN()}}, "not measured", "not measured", "[0.00x, 0.00x]", "-", "not measured"},
	} {
		of := c.of
		if got := of.String(); got != c.sentence {
			t.Errorf("in a sentence: %q, want %q", got, c.sentence)
		}
		if got := of.Multiple(); got != c.inLess {
			t.Errorf("in a list: %q, want %q", got, c.inLess)
		}
		if got := of.Short(); got != c.short {
			t.Errorf("in a table: %q, want %q", got, c.short)
		}
		if !Known(of.Value) {
			continue
		}
		if got := of.Figure(); got != c.figure {
			t.Errorf("as a figure: %q, want %q", got, c.figure)
		}
		if got := of.Range(); got != c.span {
			t.Errorf("as an interval: %q, want %q", got, c.span)
		}
	}
}

func TestHugeAndTinyNumbersStayShort(t *testing.T) {
	for v, want := range map[float64]string{1e300: "1.00e+300", 12_345_678: "1.23e+07", 123_456: "123456", 12.34: "12.3", 0.05: "0.05", 0.00012: "0.00012", -3: "-3.00"} {
		if got := Ratio(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}

func TestQuantitiesAreWrittenInThreeDigits(t *testing.T) {
	for _, c := range []struct {
		write func(float64) string
		value float64
		want  string
	}{
		{Nanoseconds, 0, "0 ns"}, {Nanoseconds, 4.5, "4.50 ns"}, {Nanoseconds, 45.24, "45.2 ns"}, {Nanoseconds, 999.4, "999 ns"},
		{Nanoseconds, 999.6, "1.00 us"}, {Nanoseconds, 1234, "1.23 us"}, {Nanoseconds, 2.5e6, "2.50 ms"}, {Nanoseconds, 3e9, "3.00 s"}, {Nanoseconds, 4e12, "4000 s"},
		{Bytes, 512, "512 B"}, {Bytes, 2048, "2.05 kB"}, {Bytes, 12.34e6, "12.3 MB"}, {Bytes, 1e9, "1.00 GB"},
		{Digits, 9.994, "9.99"}, {Digits, 9.996, "10.0"}, {Digits, 99.94, "99.9"}, {Digits, 99.96, "100"},
		{Ratio, 0, "0"}, {Ratio, 0.0042, "0.0042"}, {Ratio, 0.099, "0.099"}, {Ratio, 0.21, "0.21"}, {Ratio, 3.14159, "3.14"}, {Ratio, 31.4159, "31.4"}, {Ratio, 314.159, "314"},
		{Percent, 0.125, "12 %"}, {Percent, 1, "100 %"},
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
		{stats.Interval{Estimate: 0.213, Low: 0.191, High: 0.24}, "0.21x [0.19, 0.24]", "0.213 ns [0.191 ns, 0.240 ns]"},
		{stats.Interval{Estimate: 12.7, Low: 9.1, High: 180}, "12.7x [9.10, 180]", "12.7 ns [9.10 ns, 180 ns]"},
		{stats.Interval{Estimate: 0.44, Low: 0, High: math.Inf(1)}, "about 0.44x", "about 0.440 ns"},
		{stats.Interval{Estimate: 0.44, Low: math.Inf(-1), High: math.Inf(1)}, "about 0.44x", "about 0.440 ns"},
		{stats.Interval{Estimate: math.NaN()}, "not measured", "not measured"},
	} {
		if got := Times(c.interval); got != c.times {
			t.Errorf("Times(%v) = %q, want %q", c.interval, got, c.times)
		}
		if got := Quantity(c.interval, Nanoseconds); got != c.span {
			t.Errorf("span(%v) = %q, want %q", c.interval, got, c.span)
		}
	}
}

func TestFiguresCarryTheirUnitUnlessTheHeadSaysIt(t *testing.T) {
	for unit, want := range map[string]string{
		results.NsPerTask: "1.23 us", results.LagP99: "1.23 us", results.GenCPU: "1.23 us", results.BPerConn: "1.23 kB", results.RSSGrowth: "1.23 kB",
		results.PeakRSS: "1.23 kB", results.CPUXRef: "1234x", results.ReqRate: "1.23 thousand", results.OfferedRate: "1.23 thousand", results.Goroutines: "1234", "B/op": "1.23 kB", "widgets/s": "1234",
	} {
		if got := Write(unit, 1234); got != want {
			t.Errorf("1234 %s are written %q, want %q", unit, got, want)
		}
	}
	for _, unit := range shares {
		for v, want := range map[float64]string{0: "0 %", 0.125: "12.5 %", 0.97: "97.0 %", 0.9996: "100 %", 1: "100 %", 1.5: "150 %"} {
			if got := Write(unit, v); got != want {
				t.Errorf("%v of %s are written %q, want %q", v, unit, got, want)
			}
		}
	}
}
