package stock

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// A Binary is a test binary and where it runs.
type Binary struct {
	Path string
	Dir  string   // the package's folder, where it finds its testdata
	Env  []string // added to this program's environment
}

// A Benchmark is one benchmark of a binary.
type Benchmark struct {
	Name string // with its sub-benchmarks and the word Benchmark, without the number of CPUs
	CPU  int    // GOMAXPROCS
	N    int    // operations in a turn
}

// FullName is the name as it stands in a line of results.
func (b Benchmark) FullName() string {
	if b.CPU == 1 {
		return b.Name
	}
	return b.Name + "-" + strconv.Itoa(b.CPU)
}

// command returns the command that repeats the benchmark so often. With -test.v
// a line is printed whole and at once, whatever the benchmark itself prints.
func (b Binary) command(benchmark Benchmark, repeat int) *exec.Cmd {
	return b.run("-test.bench="+exactly(benchmark.Name),
		"-test.benchtime="+strconv.Itoa(benchmark.N)+"x",
		"-test.count="+strconv.Itoa(repeat),
		"-test.cpu="+strconv.Itoa(benchmark.CPU))
}

// run returns a command that runs benchmarks and no tests.
func (b Binary) run(args ...string) *exec.Cmd {
	cmd := exec.Command(b.Path, append([]string{"-test.run=^$", "-test.benchmem", "-test.v"}, args...)...)
	cmd.Dir = b.Dir
	cmd.Env = append(os.Environ(), b.Env...)
	return cmd
}

// exactly returns the pattern that selects one benchmark. The testing package
// matches between slashes.
func exactly(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}

// CheckPattern says what is wrong with a pattern of benchmarks.
func CheckPattern(pattern string) error {
	for part := range strings.SplitSeq(pattern, "/") {
		if _, err := regexp.Compile(part); err == nil {
			continue
		}
		if _, err := regexp.Compile(pattern); err != nil {
			return fmt.Errorf("pattern of benchmarks %q: %w", pattern, err)
		}
	}
	return nil
}
