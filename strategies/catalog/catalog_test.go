package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/stdlib"
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
	if err := Validate(); err != nil {
		t.Error(err)
	}
}

func TestAServerCannotHaveANameThatMeansSomethingElse(t *testing.T) {
	for name, want := range map[string]string{
		"pond":    "that of a strategy: alitto/pond",
		"control": "reserved for",
		"loop-8":  "want lower-case letters and digits",
		"own":     "",
	} {
		err := freeName(name)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
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

func TestEverythingThatIsDeclaredIsListed(t *testing.T) {
	listed := map[string][]string{"Strategy": {}, "Server": {}}
	for _, s := range All {
		if !slices.Contains(stdlib.All, s) { // those are declared in their own package
			listed["Strategy"] = append(listed["Strategy"], s.Name)
		}
	}
	for _, s := range stdlib.All {
		if !slices.Contains(All, s) {
			t.Errorf("%s is measured beside every pool, and is not listed", s.Name)
		}
	}
	for _, s := range Servers {
		listed["Server"] = append(listed["Server"], s.Name)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]int{}
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
			if kind, ok := literal.Type.(*ast.SelectorExpr); ok && listed[kind.Sel.Name] != nil {
				declared[kind.Sel.Name]++
				if name := strings.TrimSuffix(file, ".go"); !slices.Contains(listed[kind.Sel.Name], name) {
					t.Errorf("%s declares a %s, and none that is called %s is listed", file, kind.Sel.Name, name)
				}
			}
			return true
		})
	}
	for kind, names := range listed {
		if declared[kind] != len(names) {
			t.Errorf("of type %s %d are declared and %d listed", kind, declared[kind], len(names))
		}
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

func TestTheVersionIsThatOfTheModuleThatHoldsThePackage(t *testing.T) {
	main := &debug.Module{Path: own + "/bench/cmd/poolbench", Version: "v0.0.0-20260102030405-0123456789ab"}
	modules := []*debug.Module{
		{Path: own, Version: "(devel)"},
		{Path: own + "/strategies", Version: "v0.3.0"},
		{Path: own + "/strategies/stealing", Version: "v1.2.0"},
		{Path: "example.com/pool/v2", Version: "v2.1.0"},
		{Path: "example.com/fork", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/mine", Version: "v1.0.1"}},
		{Path: "example.com/local", Version: "v1.0.0", Replace: &debug.Module{Path: "../local"}},
	}
	for pkg, want := range map[string]string{
		own + "/strategies/stealing":  "v1.2.0",
		own + "/strategies/processes": "v0.3.0",
		own + "/echo/eventloop":       main.Version,
		"example.com/pool/v2":         "v2.1.0",
		"example.com/fork":            "v1.0.1 from example.com/mine",
		"example.com/local":           "v1.0.0 from ../local",
		"example.com/pool":            "unknown",
		"example.com/not/linked":      "unknown",
	} {
		if got := recorded(main, modules, pkg); got != want {
			t.Errorf("%s: %q, want %q", pkg, got, want)
		}
	}
}
