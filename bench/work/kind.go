package work

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"
	"time"
)

// A Kind is one sort of work. Its size is a whole number whose meaning is
// the kind's own: steps, bytes, frames or nanoseconds.
type Kind struct {
	Name string
	Doc  string
	Unit GrainUnit

	// do does the work for one input.
	do func(size int, input uint64) uint64

	// expect foretells what do returns, without doing the work where there
	// is a shorter way.
	expect func(size int, input uint64) uint64
}

// GrainUnit is what the grain of a kind of work is counted in.
type GrainUnit int

const (
	UnitNone  GrainUnit = iota // the kind has no grain
	UnitTime                   // grain is a duration of CPU time, such as 1us
	UnitBytes                  // grain is a size in bytes, such as 4KiB
	UnitSleep                  // grain is a duration of waiting
)

// Kinds lists every kind of work.
var Kinds = []*Kind{Noop, Spin, Hash, Alloc, Stack, Sleep, Mix}

var (
	// Noop does next to nothing: what is measured is the strategy.
	Noop = &Kind{
		Name: "noop", Doc: "one multiplication", Unit: UnitNone,
		do:     func(_ int, input uint64) uint64 { return spin(1, input) },
		expect: func(_ int, input uint64) uint64 { return jump(1, input) },
	}

	// Spin keeps a CPU busy for a known time with a chain of dependent
	// multiplications that touches no memory.
	Spin = &Kind{
		Name: "spin", Doc: "CPU time, no memory", Unit: UnitTime,
		do: spin, expect: jump,
	}

	// Hash is real work on real bytes: SHA-256.
	Hash = &Kind{
		Name: "hash", Doc: "SHA-256 of that many bytes", Unit: UnitBytes,
		do: hash, expect: hash,
	}

	// Alloc makes garbage and touches it.
	Alloc = &Kind{
		Name: "alloc", Doc: "allocates that many bytes and touches each cache line", Unit: UnitBytes,
		do:     alloc,
		expect: func(size int, input uint64) uint64 { return input * uint64((size+63)/64) },
	}

	// Stack recurses until that many bytes of stack are in use: a goroutine
	// that starts small has to grow, one that is kept has not.
	Stack = &Kind{
		Name: "stack", Doc: "recursion that uses that many bytes of stack", Unit: UnitBytes,
		do:     func(size int, input uint64) uint64 { return recurse(size/frame, input) },
		expect: func(size int, input uint64) uint64 { return jump(size/frame+1, input) },
	}

	// Sleep waits. It measures timers and has a floor, tasks x duration /
	// limit; it stands in for blocking, never for work.
	Sleep = &Kind{
		Name: "sleep", Doc: "waits that long", Unit: UnitSleep,
		do: func(size int, input uint64) uint64 {
			time.Sleep(time.Duration(size))
			return spin(1, input)
		},
		expect: func(_ int, input uint64) uint64 { return jump(1, input) },
	}

	// Mix is Spin with heavy-tailed lengths around the same mean: most tasks
	// are short, a few are eighteen times as long.
	Mix = &Kind{
		Name: "mix", Doc: "CPU time with a heavy tail, the grain being the mean", Unit: UnitTime,
		do:     func(size int, input uint64) uint64 { return spin(tail(size, input), input) },
		expect: func(size int, input uint64) uint64 { return jump(tail(size, input), input) },
	}
)

// Find returns the kind of that name, or nil.
func Find(name string) *Kind {
	for _, k := range Kinds {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// The multiplier and increment of Knuth's MMIX linear congruential generator.
// A step depends on the one before it, so that a chain of them cannot run in
// parallel inside the CPU, and n steps can be foretold in log n.
const (
	mul = 6364136223846793005
	inc = 1442695040888963407
)

// spin takes size steps of the generator.
func spin(size int, x uint64) uint64 {
	for range size {
		x = x*mul + inc
	}
	return x
}

// jump returns what spin returns, by repeated squaring of the step (F. Brown,
// "Random Number Generation with Arbitrary Strides", 1994).
func jump(size int, x uint64) uint64 {
	accMul, accInc := uint64(1), uint64(0)
	m, c := uint64(mul), uint64(inc)
	for n := uint64(size); n > 0; n >>= 1 {
		if n&1 == 1 {
			accMul, accInc = accMul*m, accInc*m+c
		}
		m, c = m*m, c*(m+1)
	}
	return accMul*x + accInc
}

// hash fills size bytes with the input, little-endian, and returns the first
// eight bytes of their SHA-256, little-endian.
func hash(size int, input uint64) uint64 {
	h := sha256.New()
	var block [512]byte
	for i := 0; i+8 <= len(block); i += 8 {
		binary.LittleEndian.PutUint64(block[i:], input)
	}
	for size > 0 {
		n := min(size, len(block))
		h.Write(block[:n])
		size -= n
	}
	var sum [sha256.Size]byte
	return binary.LittleEndian.Uint64(h.Sum(sum[:0]))
}

// escape keeps alloc's garbage on the heap.
//
//go:noinline
func escape(b []uint64) []uint64 { return b }

// alloc touches one word in each cache line of size fresh bytes.
func alloc(size int, input uint64) uint64 {
	garbage := escape(make([]uint64, (size+7)/8))
	for i := 0; i < len(garbage); i += 8 {
		garbage[i] = input
	}
	var sum uint64
	for i := 0; i < len(garbage); i += 8 {
		sum += garbage[i]
	}
	return sum
}

// frame is about what one call of recurse takes of the stack, in bytes.
const frame = 256

// recurse calls itself depth times before it takes its first step.
//
//go:noinline
func recurse(depth int, x uint64) uint64 {
	var local [frame/8 - 8]uint64
	local[depth%len(local)] = x
	if depth > 0 {
		local[0] = recurse(depth-1, x)
	} else {
		local[0] = x
	}
	return local[0]*mul + inc
}

// tail spreads lengths by a Pareto law of index 3/2, cut off at fifty times
// the shortest, so that their mean is size.
func tail(size int, input uint64) int {
	const most = 50.0
	// The mean of min(X, m) for a Pareto variable X of index 3/2 whose
	// smallest value is 1 is 3 - 2/sqrt(m).
	const mean = 3 - 2/7.0710678118654755
	// Uniform in (0, 1] from the input's upper bits; X is u^(-2/3).
	u := float64(bits.RotateLeft64(input*mul, 17)>>11+1) / (1 << 53)
	return int(float64(size) * min(1/math.Cbrt(u*u), most) / mean)
}
