package selftest

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
)

//go:embed program
var source embed.FS

// A Program is the source of benchmarks whose slowdowns are known: they are
// named kind/shape/slowdown=percent, of which a build has those slowdowns or none.
type Program struct {
	Dir string // a module of its own
}

// WriteProgram writes the program into a temporary folder.
func WriteProgram() (p Program, err error) {
	if p.Dir, err = os.MkdirTemp("", "poolbench-selftest-"); err != nil {
		return p, fmt.Errorf("make a folder for the program of the self-test: %w", err)
	}
	err = fs.WalkDir(source, "program", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := source.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(p.Dir, strings.TrimSuffix(entry.Name(), ".txt")), text, 0o644)
	})
	if err != nil {
		return p, errors.Join(fmt.Errorf("write the program of the self-test: %w", err), p.Remove())
	}
	return p, nil
}

// Remove removes the program's folder.
func (p Program) Remove() error { return os.RemoveAll(p.Dir) }

// Request asks for a gate of the program, to be given in its folder: of its
// benchmarks that match, identical builds or a slowed head against base.
func Request(bench string, slowed bool, budget time.Duration, seed uint64) gate.Request {
	const slow, asItIs = "-X=example.com/program.slow=yes", "-X=example.com/program.slow=no"
	r := gate.Request{
		BaseLinker: []string{asItIs}, HeadLinker: []string{asItIs},
		Packages: []string{"./..."}, Bench: bench, CPU: []int{runtime.GOMAXPROCS(0)},
		Budget: budget, Seed: seed, SkipAllocs: true,
	}
	if slowed {
		r.HeadLinker = []string{slow}
	}
	return r
}

// A Truth is what is known of a benchmark of the program, in a slowed build.
type Truth struct {
	Kind    string // Spin, Alloc or Handoff
	Shape   string
	Percent int // more of the same work
}

var named = regexp.MustCompile(`^Benchmark(\w+)/(\w+)/slowdown=(\d{1,3})\b`)

// TruthOf reads the truth off a benchmark's name; ok is false for a benchmark
// that is none of the program's.
func TruthOf(name string) (t Truth, ok bool) {
	m := named.FindStringSubmatch(name)
	if m == nil {
		return t, false
	}
	t.Kind, t.Shape = m[1], m[2]
	t.Percent, _ = strconv.Atoi(m[3]) // three digits at most
	return t, true
}
