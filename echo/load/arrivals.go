package load

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Arrivals says how requests of an open loop are spread over time.
type Arrivals uint8

const (
	// Poisson arrivals are those of many users who know nothing of one
	// another: the gaps are exponential, and each request falls on any
	// connection with the same chance.
	Poisson Arrivals = iota
	// Uniform arrivals have equal gaps at a constant rate and take the
	// connections in turn. They are kinder to a server than users are.
	Uniform
)

func (a Arrivals) String() string {
	switch a {
	case Poisson:
		return "poisson"
	case Uniform:
		return "uniform"
	}
	return fmt.Sprintf("Arrivals(%d)", uint8(a))
}

// MarshalText gives the name, for JSON and flags.
func (a Arrivals) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText takes poisson or uniform.
func (a *Arrivals) UnmarshalText(text []byte) error {
	for _, known := range []Arrivals{Poisson, Uniform} {
		if string(text) == known.String() {
			*a = known
			return nil
		}
	}
	return fmt.Errorf("arrivals %q: give poisson or uniform", text)
}

// An Arrival is one request of a schedule.
type Arrival struct {
	At         time.Duration // since the beginning of the run, warm-up included
	Connection int           // it is sent on, from 0
}

// Schedule returns every request of an open loop in the order of time. It
// depends on nothing but the options: two runs with one seed are asked the
// same at the same moments.
func Schedule(o Options) []Arrival {
	o = o.withDefaults()
	p := o.profile()
	total := p.total()
	// Times and connections are drawn apart, so that the times of a seed are
	// the same for every number of connections.
	times := rand.New(rand.NewPCG(o.Seed, 0x61727269766516c5))
	places := rand.New(rand.NewPCG(o.Seed, 0x706c61636573b3a1))

	list := make([]Arrival, 0, int(total+4*math.Sqrt(total))+1)
	// The next arrival, in requests expected until then. With equal gaps the
	// first comes at half a gap.
	x := 0.5
	if o.Arrivals == Poisson {
		x = times.ExpFloat64()
	}
	for x < total {
		place := len(list) % o.Connections
		if o.Arrivals == Poisson {
			place = places.IntN(o.Connections)
		}
		list = append(list, Arrival{At: time.Duration(p.when(x) * float64(time.Second)), Connection: place})
		if o.Arrivals == Poisson {
			x += times.ExpFloat64()
		} else {
			x++
		}
	}
	return list
}

// A profile is the rate as a function of time: constant for flat seconds, then
// linear for ramp seconds.
type profile struct {
	flat, ramp float64 // seconds
	from, to   float64 // requests per second
}

// total is how many requests are expected in all.
func (p profile) total() float64 { return p.from*p.flat + (p.from+p.to)/2*p.ramp }

// when returns the second by which x requests are expected: the inverse of the
// rate's integral, with which a Poisson process of rate 1 becomes one of the
// wanted rate (Lewis, Shedler, Simulation of nonhomogeneous Poisson processes
// by thinning, 1979, section 1: time-scale transformation).
func (p profile) when(x float64) float64 {
	if x <= p.from*p.flat {
		return x / p.from
	}
	x -= p.from * p.flat
	slope := (p.to - p.from) / p.ramp
	// The root of slope/2 t^2 + from t = x, in the form that is exact for a
	// slope of zero and loses no digits near it.
	return p.flat + 2*x/(p.from+math.Sqrt(max(0, p.from*p.from+2*slope*x)))
}
