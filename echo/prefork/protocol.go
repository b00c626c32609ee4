package prefork

import (
	"log/slog"

	"github.com/poolbench/poolbench/echo"
)

// A child gets a config and then orders at its standard input, and sends
// reports to its standard output, each as JSON. Both sides are the same build
// of the same program, and so no version is negotiated.

// A config is echo.Options, but for the fields that it hides because they cannot
// cross to another process.
type config struct {
	echo.Options
	Transform, Stats *struct{} `json:",omitempty"`
	Log              bool      // whether it is read
}

// An order tells a child what to do. When no more orders can come, it ends.
type order string

const (
	count order = "count" // report the counts
	drain order = "drain" // and end
)

// A report is what a child has to say.
type report struct {
	Ready   bool         `json:",omitempty"` // it serves
	Counts  *echo.Counts `json:",omitempty"`
	Log     *entry       `json:",omitempty"`
	Error   string       `json:",omitempty"` // of Serve, and so the last report
	Drained bool         `json:",omitempty"` // Serve returned no error; the last report too
}

// An entry is a line of a log.
type entry struct {
	Level   slog.Level
	Message string
	Attrs   []string // keys and values by turns
}
