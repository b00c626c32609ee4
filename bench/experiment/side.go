package experiment

import "time"

// DefaultPatience is how long a process may go on without a turn ending, unless
// something else is asked for.
const DefaultPatience = 20 * time.Second

// A Side is one of the things that are compared. It is used by one goroutine
// at a time.
type Side interface {
	// Turn runs once, alone, for about a millisecond or two.
	Turn() (Turn, error)

	// Close frees what the side holds.
	Close() error
}

// A Turn is what one side did in one turn.
type Turn struct {
	Ops    int                `json:"ops"`              // operations done
	Wall   time.Duration      `json:"wall"`             // time that passed
	CPU    time.Duration      `json:"cpu"`              // CPU time of all processes involved; 0: unknown
	Values map[string]float64 `json:"values,omitempty"` // what else was seen, by unit
	Note   string             `json:"note,omitempty"`   // why its figures mean nothing, if they do
}

// WallPerOp returns nanoseconds of time an operation.
func (t Turn) WallPerOp() float64 { return float64(t.Wall) / float64(t.Ops) }

// CPUPerOp returns nanoseconds of CPU time an operation.
func (t Turn) CPUPerOp() float64 { return float64(t.CPU) / float64(t.Ops) }
