package bench

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// A hostSpec describes to a child process the cells that it is to hold.
type hostSpec struct {
	Cells       []Cell           `json:"cells"`
	Seed        uint64           `json:"seed"`
	Calibration work.Calibration `json:"calibration"`
	Python      string           `json:"python,omitempty"`

	// Of cells with traffic: what their rates are a share of, in requests per
	// second, and where servers of others are.
	Capacity capacity          `json:"capacity,omitzero"`
	Peers    map[string]string `json:"peers,omitempty"`

	// Serve is the cell that the process is the server of, in place of Cells.
	Serve *Cell `json:"serve,omitempty"`
}

// Host serves the cells of a group to the process that started this one, until
// in ends. all and servers are what cells may name. Nothing else may write to
// out.
//
// For cells with traffic the process is the load generator, and starts this
// program once more for each: with the arguments that it was started with
// itself, which must end up in Host again.
func Host(in io.Reader, out io.Writer, all []*strategies.Strategy, servers ...*echo.Server) error {
	byName := make(map[string]cast)
	for _, s := range all {
		byName[s.Name] = cast{strategy: s}
	}
	for _, s := range servers {
		byName[s.Name] = cast{server: s}
	}
	byName[Control] = byName[Reference]
	byName[textbook.Name] = cast{strategy: textbook}
	return experiment.Host(in, out, func(raw json.RawMessage) ([]experiment.Opener, error) {
		var spec hostSpec
		if err := json.Unmarshal(raw, &spec); err != nil {
			return nil, fmt.Errorf("read what cells to hold: %w", err)
		}
		if c := spec.Serve; c != nil {
			return []experiment.Opener{func() (experiment.Side, error) { return openServed(*c, byName[c.Strategy]) }}, nil
		}
		openers := make([]experiment.Opener, len(spec.Cells))
		for i, c := range spec.Cells {
			openers[i] = func() (experiment.Side, error) { return openCell(c, byName[c.Strategy], spec) }
		}
		return openers, nil
	})
}

// openCell opens whatever a cell is: a strategy, the loop, a peer or traffic.
func openCell(c Cell, by cast, spec hostSpec) (experiment.Side, error) {
	if c.Measure == Echo {
		return openLoad(c, by, spec)
	}
	s := by.strategy
	if peer := findPeer(c.Strategy); peer != nil {
		return peer.open(c, spec.Python, spec.Seed)
	}
	switch {
	case s == nil && c.Strategy != Loop:
		return nil, fmt.Errorf("this program has no strategy %q", c.Strategy)
	case c.Measure == Memory:
		return openMemorySide(c, s, spec.Seed, spec.Calibration)
	}
	return openSide(c, s, spec.Seed, spec.Calibration)
}
