package proof

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/gate"
)

// A Folder is where the records are: gates of identical builds alone on the
// machine and beside other work, with one CPU, of slowed builds, and of real
// upgrades.
type Folder struct {
	Path                                      string
	Identical, Busy, OneCPU, Slowed, Upgrades []Gate
}

// Open reads all records of a folder. Those of slowed builds are in several, whose
// names begin with slowed: what shared the budget of a gate stands in its plan.
func Open(path string) (f Folder, err error) {
	f.Path = path
	for name, gates := range map[string]*[]Gate{"identical": &f.Identical, "busy": &f.Busy, "one-cpu": &f.OneCPU, "slowed*": &f.Slowed, "upgrades": &f.Upgrades} {
		if *gates, err = Read(filepath.Join(path, name)); err != nil {
			return f, err
		}
	}
	return f, nil
}

// A Part is a generated part of the page on the records.
type Part struct {
	Name string
	Text func(Folder) (string, error)
}

// Parts lists them.
var Parts = []Part{
	{"gatemachine", func(f Folder) (string, error) { return Machine(f.all()), nil }},
	{"gatealarms", func(f Folder) (string, error) {
		return "Alone on the machine, under both schedulers:\n\n" + Identical(f.Identical).Markdown() +
			"\nBeside other programs that compute, under the normal scheduler:\n\n" + Identical(f.Busy).Markdown() +
			"\nAll of them together:\n\n" + Identical(slices.Concat(f.Identical, f.Busy)).Markdown(), nil
	}},
	{"gateonecpu", func(f Folder) (string, error) { return Identical(f.OneCPU).Markdown(), nil }},
	{"gatenull", func(f Folder) (string, error) {
		n, err := CheckNull(slices.Concat(f.Identical, f.Busy))
		if err != nil {
			return "", err
		}
		return n.Markdown(), nil
	}},
	{"gatelayouts", func(f Folder) (string, error) {
		share, err := CheckLayouts(f.Identical)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("The layouts of both sides explain %.1f %% [%.1f, %.1f] of the variance of pairs in gates of identical builds.\n",
			100*share.Estimate, 100*share.Low, 100*share.High), nil
	}},
	{"gatepower", func(f Folder) (string, error) {
		gates := under(f.Slowed, schedulers...)
		if len(gates) == 0 {
			return noGate, nil
		}
		found, err := Power(gates)
		if err != nil {
			return "", err
		}
		return found.Markdown(), nil
	}},
	{"gatepoweralone", powerAlone},
	{"gaterivals", func(f Folder) (string, error) { return Rivals(f.Identical, under(f.Slowed, schedulers...)), nil }},
	{"gateupgrades", func(f Folder) (string, error) { return Upgrades(f.Upgrades), nil }},
}

func (f Folder) all() []Gate {
	return slices.Concat(f.Identical, f.Busy, f.Slowed, f.OneCPU, f.Upgrades)
}

const noGate = "No such gate is recorded yet.\n"

// powerAlone tells what is found where one scheduler has the whole budget.
func powerAlone(f Folder) (string, error) {
	var texts []string
	for _, s := range schedulers {
		gates := under(f.Slowed, s)
		if len(gates) == 0 {
			continue
		}
		found, err := Power(gates)
		if err != nil {
			return "", err
		}
		texts = append(texts, fmt.Sprintf("Under %s alone:\n\n%s", named(s), found.Markdown()))
	}
	if len(texts) == 0 {
		return noGate, nil
	}
	return strings.Join(texts, "\n"), nil
}

// Machine says where and when gates were measured, and by which commits: a
// sentence for each kind of machine.
func Machine(gates []Gate) string {
	var text strings.Builder
	for _, cpu := range distinct(gates, setting("cpu")) {
		here := slices.DeleteFunc(slices.Clone(gates), func(g Gate) bool { return setting("cpu")(g.Plan) != cpu })
		first := slices.MinFunc(here, byMoment).Plan.Made
		last := slices.MaxFunc(here, byMoment).Plan.Made
		list := func(of func(gate.Plan) string) string { return strings.Join(distinct(here, of), ", ") }
		used := strings.Join(distinct(here, func(p gate.Plan) string { return fmt.Sprint(p.Request.CPU[0]) }), " or ")
		const minute = "2006-01-02T15:04Z"
		fmt.Fprintf(&text, "%d gates on %s, %s CPUs, %s, Linux %s, from %s to %s, at commit %s.\n", len(here), cpu,
			used, list(func(p gate.Plan) string { return p.Base.Go }),
			list(setting("kernel")), first.Format(minute), last.Format(minute), list(func(p gate.Plan) string { return fmt.Sprintf("%.12s", p.By) }))
	}
	return text.String()
}

func byMoment(a, b Gate) int { return a.Plan.Made.Compare(b.Plan.Made) }

// setting returns what reads one setting of a gate's machine.
func setting(key string) func(gate.Plan) string {
	return func(p gate.Plan) string {
		for _, s := range p.Machine {
			if s.Key == key {
				return s.Value
			}
		}
		return ""
	}
}

// distinct lists what gates say of themselves, each once.
func distinct(gates []Gate, of func(gate.Plan) string) (values []string) {
	for _, g := range gates {
		if v := of(g.Plan); v != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}
