package work_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/work"
)

func TestAGrainIsReadInTheUnitOfItsKind(t *testing.T) {
	const twoNanosecondsAStep = work.Calibration(2)
	for _, row := range []struct {
		kind  *work.Kind
		grain work.Grain
		want  int
	}{
		{work.Noop, "", 0},
		{work.Noop, "0", 0},
		{work.Spin, "1us", 500},
		{work.Spin, "300ns", 150},
		{work.Spin, "1ns", 1}, // never less than a step
		{work.Mix, "10us", 5000},
		{work.Sleep, "10ms", 10_000_000},
		{work.Hash, "1KiB", 1024},
		{work.Hash, "512B", 512},
		{work.Hash, "512", 512},
		{work.Alloc, "4KiB", 4096},
		{work.Stack, "64KiB", 65536},
	} {
		if got, err := row.kind.Size(row.grain, twoNanosecondsAStep); got != row.want || err != nil {
			t.Errorf("%s of %q: size %d, %v; want %d", row.kind.Name, row.grain, got, err, row.want)
		}
	}
}

func TestAGrainThatMakesNoSenseIsRefusedWithTheFormThatDoes(t *testing.T) {
	for _, row := range []struct {
		kind   *work.Kind
		grains []work.Grain
		want   string
	}{
		{work.Spin, []work.Grain{"", "0", "-1us", "1", "1KiB", "fast"}, "300ns or 1us"},
		{work.Mix, []work.Grain{"", "4KiB"}, "300ns or 1us"},
		{work.Sleep, []work.Grain{"", "0s", "64B"}, "300ns or 1us"},
		{work.Hash, []work.Grain{"", "0", "-4KiB", "1us", "1MiB", "KiB", "1 KiB", "1.5KiB"}, "512B or 4KiB"},
		{work.Alloc, []work.Grain{"", "1ms"}, "512B or 4KiB"},
		{work.Stack, []work.Grain{"", "1ms"}, "512B or 4KiB"},
	} {
		for _, grain := range row.grains {
			size, err := row.kind.Size(grain, 1)
			if err == nil {
				t.Errorf("%s of %q: size %d, want an error", row.kind.Name, grain, size)
				continue
			}
			for _, part := range []string{row.kind.Name, string(grain), row.want} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%s of %q: error %q does not say %q", row.kind.Name, grain, err, part)
				}
			}
		}
	}
}

func TestReadingAGrainNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grain := work.Grain(rapid.StringMatching(`-?[0-9]{0,20}[.]?[0-9]?(ns|us|ms|s|h|B|KiB|MiB)?.?`).Draw(t, "grain"))
		for _, kind := range work.Kinds {
			size, err := kind.Size(grain, 0.4)
			if err == nil && kind.Unit != work.UnitNone && size <= 0 {
				t.Fatalf("%s of %q: size %d", kind.Name, grain, size)
			}
		}
	})
}

// How long a step takes is the machine's affair; that it takes some of a
// nanosecond and not a microsecond is not.
func TestTheCalibrationIsOfTheOrderOfAMultiplication(t *testing.T) {
	c := work.Calibrate()
	if c <= 0.05 || c > 1000 {
		t.Errorf("a step takes %v ns", float64(c))
	}
	if steps := c.Steps(time.Millisecond); steps < 1000 {
		t.Errorf("a millisecond is %d steps", steps)
	}
}

func TestStepsGrowWithTheTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := work.Calibration(rapid.Float64Range(0.1, 50).Draw(t, "ns a step"))
		d := time.Duration(rapid.Int64Range(1, int64(time.Second)).Draw(t, "d"))
		steps, twice := c.Steps(d), c.Steps(2*d)
		if steps < 1 || twice < steps {
			t.Fatalf("%v is %d steps, twice that %d", d, steps, twice)
		}
	})
}
