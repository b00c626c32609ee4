package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/processes"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits,
	// and a worker process is one.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	processes.Hook(strategytest.Kinds...)
	strategytest.Hook(All...)
	os.Exit(m.Run())
}

func TestEveryDeclarationIsValid(t *testing.T) {
	if err := strategies.Validate(All...); err != nil {
		t.Error(err)
	}
}

func TestEveryStrategyDoesWhatItsTraitsSay(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel() // most of a proof is waiting to see that nothing happens
			strategytest.Run(t, s)
		})
	}
}

func TestEveryStrategyThatIsDeclaredIsListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if kind, ok := literal.Type.(*ast.SelectorExpr); ok && kind.Sel.Name == "Strategy" {
				declared++
				if name := strings.TrimSuffix(file, ".go"); !slices.ContainsFunc(All, func(s *strategies.Strategy) bool { return s.Name == name }) {
					t.Errorf("%s declares a strategy, and All lists none called %s", file, name)
				}
			}
			return true
		})
	}
	if declared != len(All) {
		t.Errorf("%d strategies are declared and %d listed", declared, len(All))
	}
}

func TestEveryPlaceOfAntsMultiIsInSomePool(t *testing.T) {
	for limit := 1; limit <= 1000; limit++ {
		pools := antsPools(limit)
		if pools < 1 || limit%pools != 0 || pools*pools > limit {
			t.Errorf("%d places in %d pools", limit, pools)
		}
	}
	for limit, want := range map[int]int{1: 1, 2: 1, 4: 2, 10: 2, 64: 8, 97: 1, 100: 10} {
		if got := antsPools(limit); got != want {
			t.Errorf("%d places are in %d pools, want %d", limit, got, want)
		}
	}
}

func TestVersionIsThatOfTheModuleThatIsLinkedIn(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range All {
		got := Version(s)
		switch {
		case s == Processes, s == Stealing: // of this module
			if got != "(devel)" {
				t.Errorf("%s: %q", s.Name, got)
			}
		case s.Module == "":
			if !strings.HasPrefix(got, "go1.") {
				t.Errorf("%s: %q is no version of Go", s.Name, got)
			}
		default:
			required := regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(s.Module) + ` (\S+)`).FindSubmatch(mod)
			if required == nil || got != string(required[1]) {
				t.Errorf("%s: %s is %q, and go.mod requires %q", s.Name, s.Module, got, required)
			}
		}
	}
	if got := Version(&strategies.Strategy{Module: "example.com/not/linked"}); got != "unknown" {
		t.Errorf("a module that is not linked in has the version %q", got)
	}
}
