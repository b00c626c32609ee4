package workload

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/work"
)

// A Fanout says which tasks are run together, and hof. The zero value stands
// for none.
type Fanout struct {
	Pattern    Pattern    `json:"pattern,omitempty"`
	Idiom      string     `json:"idiom,omitempty"` // with Native
	Pool       Lifetime   `json:"pool"`
	Work       string     `json:"work"` // the name of a work.Kind
	Grain      work.Grain `json:"grain"`
	Tasks      int        `json:"tasks"` // submitted and awaited together
	Limit      int        `json:"limit"`
	Submitters int        `json:"submitters"` // goroutines that submit
}

// Pattern is how results come back.
type Pattern string

const (
	WaitEach Pattern = "waiteach" // pattern.WaitEach
	Collect  Pattern = "collect"  // pattern.Collect
	Callback Pattern = "callback" // pattern.Callback
	Native   Pattern = "native"   // an idiom of the library
)

// Lifetime is how long a pool lives.
type Lifetime string

const (
	Fresh Lifetime = "fresh" // opened and closed with every batch
	Kept  Lifetime = "kept"  // opened before, and closed when all is over
)

// Keys returns the fan-out as it stands in a benchmark's name.
func (f Fanout) Keys() string {
	var b strings.Builder
	fmt.Fprintf(&b, "pattern=%s", f.Pattern)
	if f.Idiom != "" {
		fmt.Fprintf(&b, "/idiom=%s", f.Idiom)
	}
	fmt.Fprintf(&b, "/pool=%s/work=%s/grain=%s/tasks=%d/limit=%d/submitters=%d",
		f.Pool, f.Work, cmp.Or(f.Grain, "0"), f.Tasks, f.Limit, f.Submitters)
	return b.String()
}

// Floor returns the least time that a batch takes with that many places
// because its tasks wait; 0 for work that keeps a CPU busy.
func (f Fanout) Floor(places int) time.Duration {
	if kind := work.Find(f.Work); kind == nil || kind.Unit != work.UnitSleep {
		return 0
	}
	return f.Grain.Duration() * time.Duration(f.Tasks) / time.Duration(places)
}
