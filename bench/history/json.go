package history

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
)

// The shape that JSON prints: an array of these.
type jsonFinding struct {
	Machine   string       `json:"machine"`
	Reference string       `json:"reference"`
	Cell      string       `json:"cell"`
	Unit      string       `json:"unit"`
	Builds    []jsonBuild  `json:"builds"`
	Changes   []jsonChange `json:"changes"`
	Searched  int          `json:"searched"` // builds, the last ones
	Fewest    int          `json:"fewest"`   // builds that it takes to show a change
	Missed    int          `json:"missed"`   // builds since, without this cell
}

type jsonBuild struct {
	Commit string    `json:"commit"`
	Made   time.Time `json:"time"`
	Value  float64   `json:"value"`
}

type jsonChange struct {
	Commit string   `json:"commit"` // the first of the new level
	After  string   `json:"after"`  // it came after this commit,
	By     string   `json:"by"`     // and with this one at the latest
	P      float64  `json:"p"`
	From   float64  `json:"from"`            // the median of the old level,
	To     float64  `json:"to"`              // and of the new one
	Ratio  *float64 `json:"ratio,omitempty"` // new level to old; absent where the old one is 0
	Low    *float64 `json:"low,omitempty"`   // of the ratio, at 95 %; absent where
	High   *float64 `json:"high,omitempty"`  // there are too few builds
	Also   []string `json:"also,omitempty"`  // what else changed there
}

// JSON prints the findings for a program: an array with an object for each
// series.
func JSON(w io.Writer, findings []Finding) error {
	out := make([]jsonFinding, len(findings))
	for i, f := range findings {
		o := jsonFinding{
			Machine: f.Machine, Reference: f.Reference, Cell: f.Cell, Unit: f.Unit,
			Builds: make([]jsonBuild, len(f.Builds)), Changes: make([]jsonChange, len(f.Changes)),
			Searched: len(f.Builds) - f.Start, Fewest: f.Fewest, Missed: f.Missed,
		}
		for j, b := range f.Builds {
			o.Builds[j] = jsonBuild{b.Commit, b.Made, b.Value}
		}
		for j, c := range f.Changes {
			o.Changes[j] = jsonChange{
				Commit: f.Builds[c.At].Commit, After: f.Builds[c.Low-1].Commit, By: f.Builds[c.High].Commit,
				P: c.P, From: c.From, To: c.To, Ratio: finite(c.Ratio.Estimate), Low: finite(c.Ratio.Low), High: finite(c.Ratio.High), Also: c.Besides,
			}
			if c.Ratio.Reason != "" {
				o.Changes[j].Low, o.Changes[j].High = nil, nil
			}
		}
		out[i] = o
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("print the history as JSON: %w", err)
	}
	return nil
}

// finite is x, or nothing where JSON has no number for it.
func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}
