package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/machine"
)

// A Plan is all that is fixed before the first pair: written to plan.json, it
// lets an interrupted gate go on, and anyone repeat the arithmetic.
type Plan struct {
	Version  int         `json:"version"`
	Request  Request     `json:"request"`
	Made     time.Time   `json:"made"`
	By       string      `json:"by,omitempty"` // commit of the program that measures
	Base     Origin      `json:"base"`
	Head     Origin      `json:"head"`
	Rules    trial.Rules `json:"rules"`
	Allocs   AllocRule   `json:"allocs"`
	Policies []Policy    `json:"policies"`
	Stops    bool        `json:"stops"`   // turns of live processes; else each turn is a process
	Layouts  int         `json:"layouts"` // of every binary

	// ScreenLayouts are those of them, the first, that the screen uses.
	ScreenLayouts int `json:"screen-layouts"`

	Machine    []machine.Fact `json:"machine"`
	Benchmarks []Benchmark    `json:"cells"`
	Skipped    []Skipped      `json:"skipped,omitempty"`
}

// planVersion changes when older plans can no longer be resumed.
const planVersion = 2

// A Policy is a scheduler that pairs run under.
type Policy = scheduler.Policy

// policies are all there are, the one with less noise first.
var policies = []Policy{scheduler.RoundRobin, scheduler.Normal}

// oneOf words a choice of policies.
func oneOf(policies []Policy) string {
	var names []string
	for _, p := range policies {
		names = append(names, string(p))
	}
	return strings.Join(names, " or ")
}

// An Origin says where a side comes from.
type Origin struct {
	Label  string            `json:"label"`            // as asked for
	Commit string            `json:"commit,omitempty"` // of a revision; of the working tree, of a snapshot
	Go     string            `json:"go,omitempty"`
	Hashes map[string]string `json:"sha256,omitempty"` // of the binaries with the first layout, by package
}

// A Benchmark is what both sides have under one name, at one number of CPUs.
type Benchmark struct {
	Package   string `json:"package"`
	Name      string `json:"name"` // with the word Benchmark
	CPU       int    `json:"cpu"`
	N         int    `json:"n"`         // operations in a turn
	Exchanges int    `json:"exchanges"` // in a pair

	// Start is what a process of head took to begin and to end, and Repetition
	// what it took from one line to the next, set-up included.
	Start      time.Duration `json:"start,omitempty"`
	Repetition time.Duration `json:"repetition,omitempty"`

	PerOp    float64        `json:"ns-per-op"` // of base, when it was calibrated
	Metrics  []trial.Metric `json:"units"`
	Unjudged []string       `json:"unjudged,omitempty"` // units whose better direction is not known
}

// Title is the benchmark's full name as benchmarks print it.
func (b Benchmark) Title() string { return b.stock().FullName() }

func (b Benchmark) stock() stock.Benchmark {
	return stock.Benchmark{Name: b.Name, CPU: b.CPU, N: b.N}
}

// A Skipped is a benchmark that is not compared, and why.
type Skipped struct {
	Package string `json:"package"`
	Name    string `json:"name"`
	CPU     int    `json:"cpu,omitempty"`
	Reason  string `json:"reason"`

	// Unmeasurable says that it should have been compared: it is on both
	// sides, and cannot be measured.
	Unmeasurable bool `json:"unmeasurable,omitempty"`
}

// An arm of the plan's trial.
type arm struct {
	benchmark int
	policy    Policy
}

// arms lists the arms of the trial: every benchmark under the first policy, then
// every benchmark under the next.
func (p *Plan) arms() (arms []arm) {
	for _, policy := range p.Policies {
		for i := range p.Benchmarks {
			arms = append(arms, arm{i, policy})
		}
	}
	return arms
}

// newTrial returns the trial of the plan, before its first decision.
func (p *Plan) newTrial() (*trial.Trial, error) {
	var arms []trial.Arm
	for _, a := range p.arms() {
		arms = append(arms, trial.Arm{Metrics: p.Benchmarks[a.benchmark].Metrics})
	}
	return trial.New(p.Rules, arms)
}

const planFile = "plan.json"

func (p *Plan) write(dir string) error {
	return writeJSON(filepath.Join(dir, planFile), p)
}

// readPlan reads the plan of a gate that was begun in a folder.
func readPlan(dir string) (*Plan, error) {
	path := filepath.Join(dir, planFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("resume %s: there is no %s in it, so no gate was begun there; start one with --out %s", dir, planFile, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("resume %s: %w", dir, err)
	}
	var p Plan
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("resume %s: read %s: %w", dir, path, err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("resume %s: %w", dir, err)
	}
	return &p, nil
}

// check says what of a plan that was read cannot be gone on with.
func (p *Plan) check() error {
	if p.Version != planVersion {
		return fmt.Errorf("its plan is of version %d, this program knows version %d: start anew", p.Version, planVersion)
	}
	return p.Request.Validate()
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	// In one step: whoever resumes must not find half of it.
	temporary := path + ".new"
	if err := os.WriteFile(temporary, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
