package echo

import "github.com/poolbench/poolbench/strategies/declare"

// Traits say how a [Server] falls short of the strongest guarantees, which are
// those of Serve. The zero value stands for all of them, so that a trait that is
// left out by mistake fails a test instead of hiding a weakness.
type Traits struct {
	Panic     Panic     // what a panic of Options.Transform costs
	HalfClose HalfClose // whether a client that has closed its sending side is answered
	Drain     Drain     // whether what has arrived is answered when the server drains
	Pressure  Pressure  // what becomes of a client that sends and never reads
}

// Panic says what a panic of Options.Transform costs.
type Panic int

const (
	PanicConnection Panic = iota // its own connection
	PanicProcess                 // the process that serves it, with all of its connections; another takes its place
	PanicServer                  // the whole server
)

// HalfClose says whether a client that has closed its sending side is answered.
type HalfClose int

const (
	HalfCloseAnswered HalfClose = iota // in full
	HalfCloseCut                       // not what has not been answered by then
)

// Drain says whether what has arrived is answered when the server drains.
type Drain int

const (
	DrainAnswers Drain = iota // every byte that has arrived
	DrainMayLose              // not what arrives while a connection that seems idle is closed, nor who has not been accepted
)

// Pressure says what becomes of a client that sends and never reads.
type Pressure int

const (
	PressureStops   Pressure = iota // no more is read from it than one message
	PressureBuffers                 // what it sends is kept in memory until WriteTimeout resets it
)

func (v Panic) String() string {
	return declare.Word(v, "costs its own connection", "costs its process, which is replaced", "ends the server")
}

func (v HalfClose) String() string {
	return declare.Word(v, "answered in full", "cuts the answer off")
}

func (v Drain) String() string {
	return declare.Word(v, "answers what has arrived", "may lose what arrives while it closes")
}

func (v Pressure) String() string {
	return declare.Word(v, "stops reading", "buffers until WriteTimeout")
}
