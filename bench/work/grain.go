package work

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Grain is how long or how large one task is, in the unit of its kind, as
// it stands in a benchmark's name: "1us", "4KiB", or "0" for a kind that has
// none.
type Grain string

// Duration returns the grain of a kind that is counted in time, or 0.
func (g Grain) Duration() time.Duration {
	d, err := time.ParseDuration(string(g))
	if err != nil {
		return 0
	}
	return d
}

// Bytes returns the grain of a kind that is counted in bytes, or 0.
func (g Grain) Bytes() int {
	digits, kibi := strings.CutSuffix(string(g), "KiB")
	if !kibi {
		digits = strings.TrimSuffix(digits, "B")
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	if kibi {
		n *= 1024
	}
	return n
}

// Size returns the size that a task of this kind needs for the grain. Spinning
// kinds need the calibration.
func (k *Kind) Size(g Grain, c Calibration) (int, error) {
	switch k.Unit {
	case UnitNone:
		return 0, nil
	case UnitBytes:
		if n := g.Bytes(); n > 0 {
			return n, nil
		}
		return 0, fmt.Errorf("work %s: grain %q is not a size such as 512B or 4KiB", k.Name, g)
	}
	d := g.Duration()
	if d <= 0 {
		return 0, fmt.Errorf("work %s: grain %q is not a duration such as 300ns or 1us", k.Name, g)
	}
	if k.Unit == UnitSleep {
		return int(d), nil
	}
	return c.Steps(d), nil
}

// A Calibration says how fast this machine spins: nanoseconds a step. All
// processes of a run use one, so that they all do the same work.
type Calibration float64

// Calibrate measures the calibration as the fastest of many short runs: what
// disturbs a run only makes it slower. It takes a few milliseconds.
func Calibrate() Calibration {
	const steps, runs = 20_000, 100
	best := time.Duration(1<<63 - 1)
	x := uint64(1)
	for range runs {
		start := time.Now()
		x = spin(steps, x)
		best = min(best, time.Since(start))
	}
	if x == 0 { // keeps the loop alive; the generator has one zero in 2^64
		best++
	}
	return Calibration(float64(best) / steps)
}

// Steps returns how many steps take d, at least one.
func (c Calibration) Steps(d time.Duration) int {
	return max(1, int(float64(d)/float64(c)))
}
