package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/poolbench/poolbench"

// An arrow says what a package may import besides the standard library, tests
// left out. Paths of this module stand without the module's name. "/..." takes
// in what is below.
type arrow struct {
	from string
	to   []string
	why  string // what would break
}

const (
	anyImport  = "anything"
	anyLibrary = "any module of others"
)

// arrows is the direction of imports: every package has its place here, also
// some that do not exist yet. A new one must take its own.
var arrows = []arrow{
	{"strategies/declare", nil, "what declarations have in common must cost nothing"},
	{"strategies", []string{"strategies/declare", "strategies/remote"}, "the contract must cost its users nothing"},
	{"strategies/remote", nil, "the contract must cost its users nothing"},
	{"strategies/pattern", []string{"strategies", "strategies/remote"}, "the contract must cost its users nothing"},
	{"strategies/stealing", nil, "the pool must be a library that anyone can take alone"},
	{"strategies/internal/leaktest", nil, "the contract must cost its users nothing"},
	{"strategies/proc", nil, "the pool of processes must be a library that anyone can take alone"},
	{"strategies/processes", []string{"strategies", "strategies/proc", "strategies/pattern", "strategies/remote"}, "the pool must be a library that anyone can take alone"},
	{"strategies/strategytest", []string{"strategies", "strategies/proc", "strategies/processes", "strategies/pattern", "strategies/remote"}, "authors of other pools must not inherit every pool library"},
	{"strategies/catalog", []string{"bench/stdlib", "strategies", "strategies/stealing", "strategies/processes",
		"strategies/catalog/netpoll",
		"echo", "echo/eventloop", "echo/prefork", anyLibrary}, "the catalog declares strategies and measures nothing"},
	{"strategies/catalog/netpoll", []string{"echo", "github.com/cloudwego/netpoll"}, "the server must be a library that anyone can take alone"},

	{"echo", []string{"strategies/declare"}, "the server takes a func and no strategy"},
	{"echo/eventloop", []string{"echo", "golang.org/x/sys/..."}, "the server must be a library that anyone can take alone"},
	{"echo/pooled", []string{"echo", "strategies", "strategies/remote"}, "whatever strategies there are, it serves under them"},
	{"echo/prefork", []string{"echo", "strategies/proc", "golang.org/x/sys/..."}, "the server must be a library that anyone can take alone"},
	{"echo/load", []string{"echo", "bench/stats", "github.com/HdrHistogram/hdrhistogram-go", "golang.org/x/sys/..."}, "the load knows the wire and no strategy"},

	{"bench/machine", nil, "facts about the machine are needed wherever something is measured"},

	{"bench/document", nil, "documents are made of any text"},
	{"bench/stats", nil, "statistics are pure functions"},
	{"bench/work", []string{"strategies", "strategies/remote"}, "work knows no measurement"},
	{"bench/results", []string{"bench/machine", "golang.org/x/perf/benchfmt"}, "whoever reads results must not need what measures"},
	{"bench/experiment", []string{"strategies/proc", "bench/stats", "golang.org/x/sys/..."}, "who runs when does not depend on what runs"},
	{"bench/stdlib", []string{"strategies"}, "the standard library's ways need nothing else"},
	{"bench/workload", []string{"bench/work"}, "words that stand in the names of benchmarks run nothing"},
	{"bench/fanout", []string{"bench/experiment", "bench/machine", "bench/results", "bench/work", "bench/workload", "strategies", "strategies/pattern", "strategies/remote"}, "what runs tasks must not know which groups there are"},
	{"bench/peers", []string{"strategies/proc", "bench/experiment", "bench/results", "bench/work"}, "a peer knows its protocol and nothing of what is compared"},
	{"bench/loadtest", []string{"bench/experiment", "bench/machine", "bench/peers", "bench/results", "bench/stats", "bench/workload", "echo", "echo/load", "echo/pooled", "strategies", "strategies/proc"},
		"what puts servers under load must not know which groups there are"},
	{"bench/internal/lineup", []string{"bench/internal/fakes", "echo", "strategies", "strategies/remote"}, "what only reads declarations is tested with these, and needs no library"},
	{"bench/internal/fakes", []string{"bench/work", "strategies", "strategies/remote"}, "fakes know the contract alone"},
	{"bench", []string{"bench/experiment", "bench/fanout", "bench/guarantee", "bench/loadtest", "bench/machine", "bench/peers", "bench/results", "bench/stdlib", "bench/work", "bench/workload", "echo", "strategies"},
		"authors of other pools must not inherit every pool library, and what measures must not know what is made of it"},
	{"bench/claim", []string{"bench/results", "bench/stats"}, "a claim is made of samples, and knows no question"},
	{"bench/table", []string{"bench/results"}, "a table holds words, and knows what none of them means"},
	{"bench/question", []string{"bench", "bench/claim", "bench/results", "bench/stats", "bench/work", "bench/workload"}, "questions are asked of results, not of strategies"},
	{"bench/chart", nil, "a chart is drawn of numbers, and needs no library"},
	{"bench/guarantee", []string{"strategies"}, "a guarantee follows from what is declared"},
	{"bench/advisor", []string{"bench", "bench/claim", "bench/guarantee", "bench/question", "bench/results", "bench/work", "bench/workload", "strategies"}, "a choice rests on traits and figures alone"},
	{"bench/report/page", []string{"bench", "bench/advisor", "bench/chart", "bench/claim", "bench/guarantee", "bench/history", "bench/question", "bench/report", "bench/results", "bench/stats", "bench/table",
		"bench/work", "bench/workload", "echo", "strategies"}, "a page measures nothing"},
	{"results/reference", nil, "results are data"},
	{"bench/report", []string{"bench", "bench/claim", "bench/compare", "bench/guarantee", "bench/history", "bench/question", "bench/results", "bench/stats", "bench/table", "bench/work", "bench/workload", "echo", "strategies"}, "a report measures nothing"},
	{"bench/gate/trial", []string{"bench/stats"}, "what is decided must not depend on what measures"},
	{"bench/gate/scheduler", []string{"golang.org/x/sys/..."}, "priorities are given to whatever is run"},
	{"bench/gate/build", []string{"strategies/proc"}, "builds are made of any module"},
	{"bench/gate/stock", []string{"strategies/proc", "bench/experiment", "golang.org/x/perf/benchfmt", "golang.org/x/sys/..."}, "stock test binaries are measured as they are"},
	{"bench/gate", []string{"strategies/proc", "bench/experiment", "bench/gate/build", "bench/gate/scheduler", "bench/gate/stock", "bench/gate/trial",
		"bench/machine", "bench/stats", "golang.org/x/perf/benchfmt"}, "the gate compares builds, whatever they hold"},
	{"bench/gate/selftest", []string{"bench/gate", "bench/gate/trial", "bench/stats"}, "the gate is tested as others use it"},
	{"bench/compare", []string{"bench/results", "bench/stats"}, "what two samples say of each other does not depend on what they are of"},
	{"bench/history", []string{"bench/chart", "bench/results", "bench/stats"}, "the history is made of results"},

	{"bench/cmd/poolbench", []string{anyImport}, ""},

	{"scripts/lab/bare", []string{"strategies/proc", "bench/experiment", "bench/machine", "bench/results", "bench/stats", "bench/work", "bench/workload",
		"strategies", "strategies/catalog", "strategies/stealing", "github.com/sourcegraph/conc/iter"}, "the laboratory takes few parts of the product"},
	{"scripts/lab/echocpu", []string{"bench/experiment", "bench/results", "bench/stats", "echo", "echo/load", "echo/pooled", "strategies/catalog", "strategies/processes"},
		"the laboratory takes few parts of the product"},
	{"scripts/lab/gateproof", []string{"bench/gate", "bench/gate/scheduler", "bench/gate/selftest"}, "the laboratory takes few parts of the product"},
	{"scripts/lab/harness", nil, "it is all tests"},
	{"scripts/lab/proof", []string{"bench/gate", "bench/gate/scheduler", "bench/gate/selftest", "bench/gate/trial", "bench/stats", "golang.org/x/perf/benchmath"},
		"a proof is worked out from records"},
}

// find returns the arrow of a package of this module.
func find(pkg string) *arrow {
	if i := slices.IndexFunc(arrows, func(a arrow) bool { return a.from == pkg }); i >= 0 {
		return &arrows[i]
	}
	return nil
}

// allows says whether the arrow may point to an import.
func (a arrow) allows(imported string) bool {
	imported, ours := strings.CutPrefix(imported, module+"/")
	if !ours && !strings.Contains(strings.Split(imported, "/")[0], ".") {
		return true // the standard library
	}
	if ours && forbidden(a.from, imported) != "" {
		return false
	}
	return slices.ContainsFunc(a.to, func(to string) bool {
		tree, isTree := strings.CutSuffix(to, "/...")
		return to == anyImport || to == anyLibrary && !ours || to == imported || isTree && strings.HasPrefix(imported, tree+"/")
	})
}

// forbidden says why no arrow may point from one package of this module to another,
// whatever the table says, or "".
func forbidden(from, to string) string {
	const lab = "scripts/"
	switch {
	case strings.HasPrefix(to, "bench/cmd/"):
		return "nothing imports a command"
	case strings.HasPrefix(to, lab) && !strings.HasPrefix(from, lab):
		return "the product must not need the laboratory"
	}
	return ""
}

// A listed is a package as "go list -json" prints it.
type listed struct {
	ImportPath string
	GoFiles    []string
	Imports    []string
}

// wrongArrows says what is wrong with the imports of packages of this module.
func wrongArrows(packages []listed) error {
	var errs []error
	for _, p := range packages {
		if len(p.GoFiles) == 0 {
			continue // tests only
		}
		path := strings.TrimPrefix(p.ImportPath, module+"/")
		a := find(path)
		if a == nil {
			errs = append(errs, fmt.Errorf("package %s has no place in the table of arrows: say what it may import", path))
			continue
		}
		for _, imported := range p.Imports {
			if !a.allows(imported) {
				why := a.why
				if never := forbidden(path, strings.TrimPrefix(imported, module+"/")); never != "" {
					why = never
				}
				errs = append(errs, fmt.Errorf("%s must not import %s: %s", path, strings.TrimPrefix(imported, module+"/"), why))
			}
		}
	}
	return errors.Join(errs...)
}

func TestImportsPointOneWay(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		t.Run(goos, func(t *testing.T) {
			out := goList(t, []string{"GOOS=" + goos, "GOARCH=amd64", "CGO_ENABLED=0"}, "-json=ImportPath,GoFiles,Imports", module+"/...")
			var packages []listed
			for decoder := json.NewDecoder(strings.NewReader(out)); ; {
				var p listed
				if err := decoder.Decode(&p); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				packages = append(packages, p)
			}
			for _, m := range modules(t, root) {
				if !slices.ContainsFunc(packages, func(p listed) bool { return strings.HasPrefix(p.ImportPath+"/", m.path+"/") }) {
					t.Fatalf("go list knows no package of the module %s: something is wrong with the test", m.path)
				}
			}
			if err := wrongArrows(packages); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAForbiddenArrowIsNamed(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"strategies", "golang.org/x/sync/errgroup", "strategies must not import golang.org/x/sync/errgroup: the contract must cost its users nothing"},
		{"strategies/stealing", module + "/strategies", "strategies/stealing must not import strategies: "},
		{"strategies/strategytest", module + "/strategies/catalog", "strategies/strategytest must not import strategies/catalog: "},
		{"strategies/catalog", "example.com/pool", ""},
		{"strategies/catalog", module + "/bench", "strategies/catalog must not import bench: "},
		{"bench", module + "/strategies/catalog", "bench must not import strategies/catalog: "},
		{"bench", module + "/bench/report", "bench must not import bench/report: "},
		{"bench/gate", module + "/bench", "bench/gate must not import bench: "},
		{"bench/machine", module + "/bench/results", "bench/machine must not import bench/results: "},
		{"bench/stats", module + "/bench/results", "bench/stats must not import bench/results: "},
		{"bench/results", module + "/bench", "bench/results must not import bench: "},
		{"bench/cmd/poolbench", module + "/bench/cmd/other", "must not import bench/cmd/other: nothing imports a command"},
		{"bench/cmd/poolbench", module + "/scripts/lab/bare", "must not import scripts/lab/bare: the product must not need the laboratory"},
		{"bench/surprise", "fmt", "package bench/surprise has no place in the table of arrows"},
		{"bench/stats", "math/rand/v2", ""},
		{"bench/experiment", "golang.org/x/sys/unix", ""},
	} {
		err := wrongArrows([]listed{{ImportPath: module + "/" + c.from, GoFiles: []string{"a.go"}, Imports: []string{c.to}}})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s -> %s: got %v, want no complaint", c.from, c.to, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s -> %s: got %v, want %q", c.from, c.to, err, c.want)
		}
	}
}

// poolLibraries are the libraries that the catalog compares.
var poolLibraries = []string{
	"github.com/sourcegraph/conc", "github.com/alitto/pond", "github.com/panjf2000/ants",
	"github.com/gammazero/workerpool", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore",
}

// inherited returns those of the pool libraries that packages, one a line, hold.
func inherited(packages string) (out []string) {
	for _, path := range strings.Fields(packages) {
		if slices.ContainsFunc(poolLibraries, func(library string) bool {
			return path == library || strings.HasPrefix(path, library+"/")
		}) {
			out = append(out, path)
		}
	}
	return out
}

func TestWhatAuthorsImportBringsNoPoolLibrary(t *testing.T) {
	for _, pkg := range []string{"bench", "strategies/strategytest"} {
		if found := inherited(goList(t, nil, "-deps", module+"/"+pkg)); len(found) > 0 {
			t.Errorf("whoever imports %s inherits %s", pkg, strings.Join(found, ", "))
		}
	}
	if found := inherited(goList(t, nil, "-deps", module+"/strategies/catalog")); len(found) < len(poolLibraries)-1 {
		t.Errorf("of the pool libraries the catalog brings only %v: the list of this test is out of date", found)
	}
}

// goList returns what "go list" prints.
func goList(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}
