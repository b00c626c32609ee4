package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// idiom is what stands for a term of the field, which a reader knows, or for
// plain English.
var idiom = regexp.MustCompile(`(?i)\b(told|nobody|somebody|whoever|whatever|vouch|vouches|mood|strands?|pictures?|promise[sd]?|charged to|eats half|is no reply|upper-cases under load)\b`)

// spoken are the folders whose messages are read by users as they are written.
var spoken = []string{"bench/advisor", "bench/cmd", "bench/guarantee", "strategies/catalog", "strategies/strategytest", "bench/experiment", "bench/history", "bench/machine", "bench/work", "echo"}

// messages calls found with every string in the Go files below a folder that is
// no key, name or path.
func messages(t *testing.T, folder string, found func(at, text string)) {
	t.Helper()
	files := token.NewFileSet()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING && strings.Contains(literal.Value, " ") {
				found(files.Position(literal.Pos()).String(), literal.Value)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMessagesAreInPlainEnglish(t *testing.T) {
	seen := 0
	for _, folder := range spoken {
		messages(t, filepath.Join(root, folder), func(at, text string) {
			seen++
			if found := idiom.FindString(text); found != "" {
				t.Errorf("%s: %q in %s: say it plainly", at, found, text)
			}
		})
	}
	if seen < 300 {
		t.Errorf("only %d messages were looked at: something is wrong with this test", seen)
	}
	if !idiom.MatchString("somebody is told") || idiom.MatchString("a golden vouchered strandless moody promiser") {
		t.Error("the test does not find what it looks for, or more")
	}
}
