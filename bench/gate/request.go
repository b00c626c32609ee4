package gate

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
)

// A Request says what is to be compared. Exactly one of the ways of naming the
// two sides is used.
type Request struct {
	Base string `json:"base,omitempty"` // revisions; "." is the working tree
	Head string `json:"head,omitempty"`

	BaseBin string `json:"base-bin,omitempty"` // prebuilt test binaries
	HeadBin string `json:"head-bin,omitempty"`

	Module      string `json:"module,omitempty"` // a dependency, and two of its versions
	BaseVersion string `json:"base-version,omitempty"`
	HeadVersion string `json:"head-version,omitempty"`

	BaseGo string `json:"base-go,omitempty"` // releases of Go
	HeadGo string `json:"head-go,omitempty"`

	Packages []string      `json:"packages,omitempty"` // patterns of go list
	Bench    string        `json:"bench"`              // pattern of go test -bench
	Tags     string        `json:"tags,omitempty"`     // build tags
	CPU      []int         `json:"cpu"`                // values of GOMAXPROCS; each makes benchmarks of its own
	MaxCells int           `json:"max-cells,omitempty"`
	Budget   time.Duration `json:"budget"` // for measuring, in nanoseconds; building is not counted
	Theta    float64       `json:"theta,omitempty"`

	// Scheduler is the only one to measure under, with all of the budget. None
	// means every one that is permitted, and that the budget holds.
	Scheduler Policy `json:"scheduler,omitempty"`

	Seed uint64 `json:"seed"`

	// BaseLinker and HeadLinker are passed to the linker of either side. Alone
	// they are a way of naming the sides: one source, linked in two ways.
	BaseLinker []string `json:"base-linker,omitempty"`
	HeadLinker []string `json:"head-linker,omitempty"`

	// Fresh makes each turn a process of its own, as it is anyway on systems
	// that cannot stop processes.
	Fresh bool `json:"fresh,omitempty"`

	// SkipAllocs leaves the allocations unjudged.
	SkipAllocs bool `json:"skip-allocs,omitempty"`
}

// LeastBudget is the shortest time in which a benchmark can be screened and
// confirmed.
const LeastBudget = 3 * time.Second

// Validate says what of the request has no meaning.
func (r Request) Validate() error {
	ways := 0
	for _, named := range []bool{r.Base != "" || r.Head != "", r.BaseBin != "" || r.HeadBin != "", r.Module != "", r.BaseGo != "" || r.HeadGo != "", r.linked()} {
		if named {
			ways++
		}
	}
	switch {
	case ways == 0:
		return errors.New("nothing to compare: name two revisions with --base and --head, two test binaries with --base-bin and --head-bin, or two releases with --base-go and --head-go")
	case ways > 1:
		return errors.New("revisions, test binaries, versions of a module and releases of Go are four comparisons: ask for one at a time")
	case r.Module != "" && (r.BaseVersion == "" || r.HeadVersion == ""):
		return fmt.Errorf("two versions of %s are compared: name them with --base and --head", r.Module)
	case r.Module == "" && (r.Base == "") != (r.Head == ""), (r.BaseBin == "") != (r.HeadBin == ""), (r.BaseGo == "") != (r.HeadGo == ""):
		return errors.New("two sides are compared: name base and head")
	case r.Budget < LeastBudget:
		return fmt.Errorf("--budget %v: want at least %v", r.Budget, LeastBudget)
	case r.MaxCells < 0:
		return fmt.Errorf("--max-cells %d: want a number of 1 or more", r.MaxCells)
	case !(r.Theta >= 0 && r.Theta < 1):
		return fmt.Errorf("--theta %v: want a share such as 0.03", r.Theta)
	case r.Scheduler != "" && !slices.Contains(policies, r.Scheduler):
		return fmt.Errorf("--scheduler %q: want %s, or leave it out for both", r.Scheduler, oneOf(policies))
	case r.Scheduler == scheduler.RoundRobin && r.Fresh:
		return fmt.Errorf("turns that are processes of their own are measured under %s alone: leave out --scheduler", scheduler.Normal)
	case len(r.CPU) == 0:
		return errors.New("--cpu names no number of CPUs")
	}
	for _, n := range r.CPU {
		if n < 1 || n > 1024*runtime.NumCPU() {
			return fmt.Errorf("--cpu %d: want a number of CPUs", n)
		}
	}
	return stock.CheckPattern(r.Bench)
}

// linked reports whether the sides differ by how they are linked.
func (r Request) linked() bool { return len(r.BaseLinker)+len(r.HeadLinker) > 0 }

// labels names the two sides.
func (r Request) labels() (base, head string) {
	switch {
	case r.BaseBin != "":
		return r.BaseBin, r.HeadBin
	case r.Module != "":
		return r.Module + "@" + r.BaseVersion, r.Module + "@" + r.HeadVersion
	case r.BaseGo != "":
		return r.BaseGo, r.HeadGo
	case r.linked():
		return strings.Join(r.BaseLinker, " "), strings.Join(r.HeadLinker, " ")
	}
	return r.Base, r.Head
}
