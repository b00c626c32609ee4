package bench

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// A hostSpec describes to a child process the cells that it is to hold.
type hostSpec struct {
	Cells       []Cell           `json:"cells"`
	Seed        uint64           `json:"seed"`
	Calibration work.Calibration `json:"calibration"`
	Python      string           `json:"python,omitempty"`
}

// Host serves the cells of a group to the process that started this one, until
// in ends. all are the strategies that cells may name. Nothing else may write
// to out.
func Host(in io.Reader, out io.Writer, all []*strategies.Strategy) error {
	byName := make(map[string]*strategies.Strategy)
	for _, s := range all {
		byName[s.Name] = s
	}
	byName[Control] = byName[Reference]
	return experiment.Host(in, out, func(raw json.RawMessage) ([]experiment.Opener, error) {
		var spec hostSpec
		if err := json.Unmarshal(raw, &spec); err != nil {
			return nil, fmt.Errorf("read what cells to hold: %w", err)
		}
		openers := make([]experiment.Opener, len(spec.Cells))
		for i, c := range spec.Cells {
			openers[i] = func() (experiment.Side, error) { return openCell(c, byName[c.Strategy], spec) }
		}
		return openers, nil
	})
}

// openCell opens whatever a cell is: a strategy, the loop or a peer.
func openCell(c Cell, s *strategies.Strategy, spec hostSpec) (experiment.Side, error) {
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
