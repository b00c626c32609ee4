package main

import (
	"strings"
	"testing"
)

// What .github/CONTRIBUTING.md says about adding a pool is done here with one that
// is published for the test, in a copy of the tree.
func TestAddingAPoolEndsGreen(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a copy of the tree")
	}
	t.Parallel()
	proxy := t.TempDir()
	publish(t, proxy, "example.com/freshpool", "v1.0.0", map[string]string{
		"go.mod":  "module example.com/freshpool\n\ngo 1.23\n",
		"pool.go": freshPool,
	})
	s := newShell(t, proxy).in(sources(t))
	s.env = append(s.env, "GOWORK=")
	s.run("git", "init", "-q")
	s.run("git", "add", "-A")
	s.run("git", "commit", "-q", "-m", "before")

	s.in(s.dir+"/strategies/catalog").run("go", "get", "example.com/freshpool@v1.0.0")
	s.write("strategies/catalog/freshpool.go", freshPoolsFile)
	list := s.read("strategies/catalog/catalog.go")
	s.write("strategies/catalog/catalog.go", strings.Replace(list, "\tWorkerPool,\n", "\tWorkerPool,\n\tFreshPool,\n", 1))
	if out := s.run("go", "test", "-v", "-run", "^TestEvery/^freshpool$", "./strategies/catalog"); !strings.Contains(out, "--- PASS: TestEveryStrategyDoesWhatItsTraitsSay/freshpool/close") {
		t.Errorf("the new pool was not proved:\n%s", out)
	}
	s.run("go", "test", "./bench/cmd/poolbench", "-run", "Documents", "-update")

	s.run("go", "vet", "./strategies/catalog/...", "./bench/cmd/poolbench", "./scripts/lab/...")
	s.run("go", "test", "./bench/cmd/poolbench", "-run", "Documents|Imports|NoPoolLibrary")
	checkAdded(t, s)
}

// checkAdded looks at what adding the pool has changed.
func checkAdded(t *testing.T, s shell) {
	s.run("git", "add", "-A")
	for name := range strings.Lines(s.run("git", "diff", "--cached", "--name-only")) {
		name = strings.TrimSpace(name)
		switch {
		case strings.HasSuffix(name, "go.mod"), strings.HasSuffix(name, "go.sum"):
		case name == "strategies/catalog/freshpool.go", name == "strategies/catalog/catalog.go":
		case strings.HasSuffix(name, ".md"):
			for _, line := range otherLines(s.run("git", "diff", "--cached", "--unified=0", "--", name)) {
				t.Errorf("%s has changed besides naming the new pool: %s", name, line)
			}
		default:
			t.Errorf("%s has changed, which has nothing to do with the new pool", name)
		}
	}
	for _, name := range []string{"results/reference/README.md", "results/echo/README.md"} {
		if !strings.Contains(s.read(name), "Not measured: `freshpool`.") {
			t.Errorf("%s does not say that the new pool was not measured", name)
		}
	}
	if text := s.read("strategies/catalog/README.md"); !strings.Contains(text, "| [freshpool](https://pkg.go.dev/example.com/freshpool) | ") {
		t.Error("strategies/catalog/README.md has no row of the new pool's traits")
	}
}

// otherLines returns the lines of a diff that do more than name the new pool, in a
// line of its own or in a list.
func otherLines(diff string) (other []string) {
	named := strings.NewReplacer("freshpool, ", "", ", freshpool", "")
	_, diff, _ = strings.Cut(diff, "\n@@")
	for line := range strings.Lines(diff) {
		text := line[1:]
		switch {
		case line[0] == '+' && !strings.Contains(text, "freshpool"),
			line[0] == '-' && !strings.Contains(named.Replace(diff), "\n+"+text):
			other = append(other, line)
		}
	}
	return other
}

func TestAChangeBesidesTheNewPoolIsSeen(t *testing.T) {
	const head = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -3,1 +3,1 @@ text\n"
	for diff, want := range map[string]string{
		"":                          "",
		"+| freshpool | blocks |\n": "",
		"-waits: ants\n+waits: ants, freshpool\n":                          "",
		"-waits: ants, pond\n+waits: ants, freshpool, pond\n@@ -9 +9 @@\n": "",
		"-ants is fastest\n+freshpool is fastest\n":                        "-ants is fastest\n",
		"-ants 1.2\n+ants 1.3\n":                                           "-ants 1.2\n+ants 1.3\n",
		"-ants 1.2\n":                                                      "-ants 1.2\n",
		"-- ants\n+- ants, freshpool\n":                                    "",
	} {
		if got := strings.Join(otherLines(head+diff), ""); got != want {
			t.Errorf("of %q these lines do more: %q, want %q", diff, got, want)
		}
	}
}

const freshPool = `package freshpool

import (
	"errors"
	"sync"
)

var ErrStopped = errors.New("freshpool: stopped")

type Pool struct {
	places  chan struct{}
	mu      sync.RWMutex
	stopped bool
	tasks   sync.WaitGroup
}

func New(limit int) *Pool { return &Pool{places: make(chan struct{}, limit)} }

func (p *Pool) Do(task func()) error {
	p.mu.RLock()
	if p.stopped {
		p.mu.RUnlock()
		return ErrStopped
	}
	p.tasks.Add(1)
	p.mu.RUnlock()
	p.places <- struct{}{}
	go func() {
		defer func() { <-p.places; p.tasks.Done() }()
		task()
	}()
	return nil
}

func (p *Pool) Stop() {
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
	p.tasks.Wait()
}
`

const freshPoolsFile = `package catalog

import (
	"example.com/freshpool"

	"github.com/poolbench/poolbench/strategies"
)

// FreshPool is example.com/freshpool.
var FreshPool = &strategies.Strategy{
	Name: "freshpool",
	Doc: ` + "`" + `example.com/freshpool: a goroutine for each task, which waits for a place

Use it to see how a pool is added.
Do not use it for anything else.` + "`" + `,
	URL:    "https://pkg.go.dev/example.com/freshpool",
	Module: "example.com/freshpool",
	Open: limited(func(limit int) (strategies.Pool, error) {
		return freshPool{freshpool.New(limit)}, nil
	}),
	Traits: strategies.Traits{
		Panic:  strategies.PanicCrashes,
		Nested: strategies.NestedDeadlocks,
	},
}

type freshPool struct{ pool *freshpool.Pool }

func (p freshPool) Go(task func()) error { return p.pool.Do(task) }

func (p freshPool) Close() error {
	p.pool.Stop()
	return nil
}
`
