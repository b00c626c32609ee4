package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"strings"
)

// A Package is one that has benchmarks.
type Package struct {
	Path string // its import path
	Dir  string
}

// Packages lists those packages that match the patterns and declare a
// benchmark.
func (t Tree) Packages(ctx context.Context, patterns ...string) ([]Package, error) {
	args := append([]string{"list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Error,Incomplete"}, t.Flags...)
	text, err := t.goCommand(ctx, append(append(args, "--"), patterns...)...)
	if err != nil {
		return nil, fmt.Errorf("list the packages %s: %w", strings.Join(patterns, " "), err)
	}
	var found []Package
	for decoder := json.NewDecoder(strings.NewReader(text)); ; {
		var p struct {
			ImportPath, Dir           string
			TestGoFiles, XTestGoFiles []string
			Error                     *struct{ Err string }
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, fmt.Errorf("read what go list prints: %w", err)
		}
		files := append(p.TestGoFiles, p.XTestGoFiles...)
		if p.Error != nil && p.Dir == "" {
			return nil, fmt.Errorf("list the packages %s: %s", strings.Join(patterns, " "), p.Error.Err)
		}
		for _, name := range files {
			if declaresBenchmark(filepath.Join(p.Dir, name)) {
				found = append(found, Package{Path: p.ImportPath, Dir: p.Dir})
				break
			}
		}
	}
}

// declaresBenchmark reports whether a file has a function whose name begins
// with Benchmark. A file that does not parse is taken to have one: its package
// is then built, and the compiler says what is wrong.
func declaresBenchmark(path string) bool {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return true
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Benchmark") {
			return true
		}
	}
	return false
}
