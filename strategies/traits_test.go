package strategies_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// guarantees are the words of every trait, the strongest first: what a strategy
// says that leaves the trait out. Adding a constant without a word, or a word
// without a constant, fails the test below.
var guarantees = map[string]struct {
	of    func(v int) fmt.Stringer
	words []string
}{
	"Limit":     {trait[strategies.Limit], []string{"at most the limit", "no limit"}},
	"Full":      {trait[strategies.Full], []string{"blocks", "buffers, then blocks", "queues without bound", "rejects", "buffers, then rejects", "blocks some submitters, then rejects"}},
	"Panic":     {trait[strategies.Panic], []string{"re-raised by Close", "returned as an error", "passed to a handler", "reaches the submitter", "logged", "swallowed", "crashes the process"}},
	"Slots":     {trait[strategies.Slots], []string{"survive a panic", "may block waiters forever", "lost to panics"}},
	"Goexit":    {trait[strategies.Goexit], []string{"ends the task only", "ends the submitter", "may block waiters forever", "loses a worker", "hangs Close", "crashes the process"}},
	"Nested":    {trait[strategies.Nested], []string{"safe", "can deadlock"}},
	"Cancel":    {trait[strategies.Cancel], []string{"queued tasks never start", "queued tasks still run"}},
	"Parts":     {trait[strategies.Parts], []string{"queued tasks never start", "tasks already in the parent run", "queued tasks still run"}},
	"Race":      {trait[strategies.Race], []string{"runs or returns an error", "may run after Close", "may wait forever", "may panic", "undefined"}},
	"Closed":    {trait[strategies.Closed], []string{"error", "usable again", "panics", "undefined"}},
	"PanicOnce": {trait[strategies.PanicOnce], []string{"reported once", "reported again by every Close"}},
	"Capacity":  {trait[strategies.Capacity], []string{"used", "may leave a worker idle", "sequential"}},
	"Idle":      {trait[strategies.Idle], []string{"runs", "may stall"}},
	"Resize":    {trait[strategies.Resize], []string{"exact", "late", "ignored while busy"}},
	"Sharing":   {trait[strategies.Sharing], []string{"nothing", "capacity"}},
	"Errors":    {trait[strategies.Errors], []string{"all, joined", "the first", "none"}},
}

func trait[T interface {
	~int
	fmt.Stringer
}](v int) fmt.Stringer {
	return T(v)
}

func TestEveryTraitValueHasItsWord(t *testing.T) {
	declared := constants(t, "traits.go")
	for name, n := range declared {
		guarantee, ok := guarantees[name]
		if !ok {
			t.Errorf("%s has %d values and no words", name, n)
			continue
		}
		if n != len(guarantee.words) {
			t.Errorf("%s has %d values for the words %q", name, n, guarantee.words)
		}
		for v, want := range guarantee.words {
			if got := guarantee.of(v).String(); got != want {
				t.Errorf("%s value %d reads %q, want %q", name, v, got, want)
			}
		}
		for _, v := range []int{-1, n} {
			if got := guarantee.of(v).String(); got != "invalid" {
				t.Errorf("%s has no value %d, and it reads %q", name, v, got)
			}
		}
	}
	if len(declared) != len(guarantees) {
		t.Errorf("%d traits are declared, %d have words", len(declared), len(guarantees))
	}
}

func TestTraitsLeftOutGuaranteeTheMost(t *testing.T) {
	traits := reflect.ValueOf(strategies.Traits{})
	for i := range traits.NumField() {
		name := traits.Type().Field(i).Name
		if name == "Purge" {
			continue // a duration; 0 is "never"
		}
		strongest := guarantees[name].words[0]
		if got := fmt.Sprint(traits.Field(i).Interface()); got != strongest {
			t.Errorf("%s left out reads %q, want %q", name, got, strongest)
		}
	}
}

// constants counts the constants of each type in a file of this package.
func constants(t *testing.T, file string) map[string]int {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	count := make(map[string]int)
	for _, decl := range parsed.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		kind := "" // iota carries the type of the group's first line on
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec)
			if value.Type != nil {
				kind = value.Type.(*ast.Ident).Name
			}
			count[kind] += len(value.Names)
		}
	}
	return count
}
