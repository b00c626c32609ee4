package bench

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// families are those that this package declares.
var families = []*Family{
	FamilyGrain, FamilyTight, FamilySubmit, FamilyContention, FamilyStack, FamilyMemory, FamilyWork,
	FamilyEchoRate, FamilyEchoOverload, FamilyEchoFailure,
}

// declaredHandles are the exported variables of this package whose names begin
// with prefix.
func declaredHandles(t *testing.T, prefix string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			vars, ok := d.(*ast.GenDecl)
			if !ok || vars.Tok != token.VAR {
				continue
			}
			for _, spec := range vars.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					if rest, ok := strings.CutPrefix(name.Name, prefix); ok && rest != "" && rest != "s" {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

func TestEveryDeclaredGroupIsListedOnceUnderItsOwnSlug(t *testing.T) {
	swept := len(FamilyGrain.Groups) + len(FamilyTight.Groups)
	if names := declaredHandles(t, "Group"); len(names)+swept != len(Groups) {
		t.Errorf("%d groups are declared (%d of them by sweeps), and %d are listed: %v", len(names)+swept, swept, len(Groups), names)
	}
	if names := declaredHandles(t, "Family"); len(names) != len(families) {
		t.Errorf("%d families are declared, and %d are tested: %v", len(names), len(families), names)
	}
	seen := make(map[string]bool)
	for _, g := range Groups {
		if seen[g.Slug] {
			t.Errorf("two groups have the slug %s", g.Slug)
		}
		seen[g.Slug] = true
	}
}

func TestEveryGroupOfAFamilyIsMeasured(t *testing.T) {
	for _, f := range families {
		if len(f.Groups) < 2 {
			t.Errorf("family %s has %d groups", f.Slug, len(f.Groups))
		}
		for _, g := range f.Groups {
			if !slices.Contains(Groups, g) {
				t.Errorf("%s of family %s is never measured", g.Slug, f.Slug)
			}
		}
	}
}

func TestAFamilyGoesFromTheSmallestToTheLargest(t *testing.T) {
	for _, f := range families {
		if f == FamilyWork || f == FamilyEchoFailure {
			continue // these differ in kind
		}
		size := func(g *Group) []int64 {
			switch c := g.cells.(type) {
			case fanouts:
				w := c.like
				return []int64{int64(w.Grain.Duration()), int64(w.Grain.Bytes()), int64(w.Limit), int64(w.Submitters), int64(w.Tasks)}
			case traffic:
				return []int64{int64(c.Percent)}
			}
			return nil
		}
		if f == FamilyMemory {
			size = func(g *Group) []int64 { return []int64{int64(g.cells.(fanouts).like.Tasks)} }
		}
		for i := range f.Groups[1:] {
			if a, b := f.Groups[i], f.Groups[i+1]; slices.CompareFunc(size(a), size(b), cmp.Compare[int64]) >= 0 {
				t.Errorf("family %s: %s comes before %s", f.Slug, a.Slug, b.Slug)
			}
		}
	}
}
