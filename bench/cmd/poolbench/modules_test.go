package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources copies the tree to a folder, changes and new files included, as git
// sees them: what is ignored stays behind.
func sources(t *testing.T) (dir string) {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Skipf("this is no git repository, or there is no git: %v", err)
	}
	dir = t.TempDir()
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and git does not know yet
		}
		info, statErr := os.Stat(filepath.Join(root, name))
		if err = errors.Join(err, statErr); err == nil {
			err = writeFile(filepath.Join(dir, name), text, info.Mode())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func writeFile(path string, text []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, mode)
}

// A shell runs commands in a folder with an environment.
type shell struct {
	t   *testing.T
	dir string
	env []string
}

// in returns the shell in another folder.
func (s shell) in(dir string) shell { s.dir = dir; return s }

var (
	// fetching is what the go command says when it wants a module that it cannot
	// get, and missing what it says if the module is one of this repository.
	fetching = regexp.MustCompile(`module lookup disabled by GOPROXY=off|(reading|Get) "?https?://\S+ .*(dial tcp|proxyconnect|timeout|Forbidden)|Could not resolve host`)
	missing  = regexp.MustCompile(regexp.QuoteMeta(module) + `[^\s@]*(@\S+:|/@v/)`)

	errUnreachable = errors.New("a module is not in the module cache, and the proxy cannot be reached")
)

// unreachable says whether a command failed because a module of others is not in
// the cache, and the proxy cannot be reached.
func unreachable(out string) bool { return fetching.MatchString(out) && !missing.MatchString(out) }

func TestOnlyModulesOfOthersMayBeUnreachable(t *testing.T) {
	for out, want := range map[string]bool{
		"go: github.com/spf13/cobra@v1.10.2: module lookup disabled by GOPROXY=off":                                                                           true,
		"go: golang.org/x/sys@v0.49.0: Get \"https://proxy.golang.org/golang.org/x/sys/@v/v0.49.0.mod\": dial tcp: lookup proxy.golang.org: no such host":     true,
		"go: example.com/a@v1.0.0: reading https://proxy.golang.org/example.com/a/@v/v1.0.0.info: 403 Forbidden":                                              true,
		"go: github.com/poolbench/poolbench/strategies@v0.1.0: module lookup disabled by GOPROXY=off":                                                         false,
		"module github.com/poolbench/poolbench/strategies: reading https://proxy.golang.org/github.com/poolbench/poolbench/strategies/@v/list: 403 Forbidden": false,
		"go: example.com/a@v1.0.0: invalid version: unknown revision v1.0.0":                                                                                  false,
		"panic: test timed out after 1m0s": false,
	} {
		if got := unreachable(out); got != want {
			t.Errorf("%s: %v", out, got)
		}
	}
}

// run runs a command that must succeed and returns what it prints.
func (s shell) run(args ...string) string {
	s.t.Helper()
	out, err := s.try(args...)
	if err != nil && unreachable(out) {
		s.t.Skipf("%v: %s\n%s", errUnreachable, strings.Join(args, " "), out)
	}
	if err != nil {
		s.t.Fatalf("%s in %s: %v\n%s", strings.Join(args, " "), s.dir, err, out)
	}
	return out
}

func (s shell) try(args ...string) (string, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(append(os.Environ(), "PWD="+s.dir), s.env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// read returns the text of a file in the folder.
func (s shell) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func (s shell) write(name, text string) {
	s.t.Helper()
	if err := writeFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// newShell returns a shell whose go command has a module cache of its own, so
// that what is published for a test stays there. It gets other modules from the
// folder proxy, from the user's module cache, and only then from where the user
// gets them.
func newShell(t *testing.T, proxy string) shell {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	env := strings.Split(strings.TrimSpace(succeed(t, exec.Command("go", "env", "GOMODCACHE", "GOPROXY"))), "\n")
	return shell{t: t, dir: t.TempDir(), env: []string{
		"GOMODCACHE=" + t.TempDir(),
		"GOPROXY=" + strings.Join([]string{fileURL(proxy), fileURL(filepath.Join(env[0], "cache", "download")), env[1]}, ","),
		"GOSUMDB=off", "GOWORK=off",
		// Without paths in what is compiled, builds of other folders are in the cache.
		"GOFLAGS=-modcacherw -trimpath -buildvcs=false",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	}}
}

func fileURL(dir string) string {
	return "file://" + strings.TrimPrefix("/"+filepath.ToSlash(dir), "/")
}

// publish adds a version of a module to a proxy that is a folder.
func publish(t *testing.T, proxy, path, version string, files map[string]string) {
	t.Helper()
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	for name, text := range files {
		w, err := archive.Create(path + "@" + version + "/" + name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(proxy, filepath.FromSlash(path), "@v")
	for name, text := range map[string]string{
		"list":            version + "\n",
		version + ".info": fmt.Sprintf("{%q: %q}", "Version", version),
		version + ".mod":  files["go.mod"],
		version + ".zip":  packed.String(),
	} {
		if err := writeFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// An ours is one of the modules of this repository.
type ours struct {
	path    string
	dir     string
	folder  string // below the root, "" for the root itself
	version string // that the others require; "" for one that is not published
}

// modules lists the modules of the workspace in a folder, with the versions that
// the command's module requires.
func modules(t *testing.T, dir string) (all []ours) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "bench", "cmd", "poolbench", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	required := make(map[string]string)
	for _, line := range requirements(string(text)) {
		path, version, _ := strings.Cut(line, " ")
		required[path] = version
	}
	required[module+"/bench/cmd/poolbench"] = required[module]
	s := shell{t: t, dir: dir, env: []string{"GOWORK="}}
	for line := range strings.Lines(s.run("go", "list", "-m", "-f", "{{.Path}} {{.Dir}}")) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		all = append(all, ours{path, dir, strings.TrimPrefix(strings.TrimPrefix(path, module), "/"), required[path]})
	}
	return all
}

// alone returns a shell in a module without the workspace. Its go.mod is a copy
// in which the modules of this repository are replaced by their folders, for the
// command's own go.mod must not say so: go install refuses it.
func (m ours) alone(t *testing.T, all []ours) (s shell, modfile string) {
	t.Helper()
	modfile = filepath.Join(t.TempDir(), "go.mod")
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(m.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(filepath.Dir(modfile), name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s = shell{t: t, dir: m.dir, env: []string{"GOWORK=off", "GOFLAGS=-buildvcs=false -modfile=" + modfile}}
	for _, other := range m.replaced(all) {
		s.run("go", "mod", "edit", "-replace="+other.path+"="+other.dir, modfile)
	}
	return s, modfile
}

// replaced returns the modules that the module's go.mod does not replace.
func (m ours) replaced(all []ours) []ours {
	text, err := os.ReadFile(filepath.Join(m.dir, "go.mod"))
	return slices.DeleteFunc(slices.Clone(all), func(other ours) bool {
		return err != nil || other.path == m.path || strings.Contains(string(text), "\t"+other.path+" => ") || strings.Contains(string(text), "replace "+other.path+" => ")
	})
}

func TestModuleFilesBesideTheDocumentsAreCurrent(t *testing.T) {
	all := modules(t, root)
	for _, m := range all {
		t.Run(cmp.Or(m.folder, "root"), func(t *testing.T) {
			s, modfile := m.alone(t, all)
			s.run("go", "mod", "tidy")
			for _, other := range m.replaced(all) {
				s.run("go", "mod", "edit", "-dropreplace="+other.path, modfile)
			}
			for _, name := range []string{"go.mod", "go.sum"} {
				path := filepath.Join(m.dir, name)
				want, err := os.ReadFile(filepath.Join(filepath.Dir(modfile), name))
				have, haveErr := os.ReadFile(path)
				if errors.Is(err, fs.ErrNotExist) && errors.Is(haveErr, fs.ErrNotExist) || err == nil && haveErr == nil && bytes.Equal(have, want) {
					continue
				}
				if !*update || err != nil {
					more, fewer := added(strings.Split(string(have), "\n"), strings.Split(string(want), "\n"))
					t.Errorf("%s is stale: run go test ./bench/cmd/poolbench -run Documents -update (%v)\nit lacks %q\nand should not have %q", path, errors.Join(err, haveErr), more, fewer)
				} else if err := os.WriteFile(path, want, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// The pattern ./... leaves nested modules out, and says nothing.
func TestContinuousIntegrationReachesEveryModule(t *testing.T) {
	steps := shell{t: t, dir: root}.read(".ci/run")
	if strings.Contains(steps, "./...") {
		t.Error(".ci/run leaves out the nested modules: the pattern of all is work")
	}
	for _, step := range []string{`go build work\n`, `go vet work\n`, `staticcheck@\S+ work\n`, `go test -race work\n`} {
		if !regexp.MustCompile(step).MatchString(steps) {
			t.Errorf(".ci/run has no step %s", step)
		}
	}
}

func TestEveryModuleBuildsOutsideTheWorkspace(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it compiles the tests of all modules")
	}
	all := modules(t, root)
	for _, m := range all {
		t.Run(cmp.Or(m.folder, "root"), func(t *testing.T) {
			s, _ := m.alone(t, all)
			s.run("go", "build", "-o", os.DevNull, "./...") // of a single command it would write the binary here
			s.run("go", "vet", "./...")
		})
	}
}

// released makes a repository of the tree, releases its modules there, and
// returns a shell whose go command gets them from it.
func released(t *testing.T, proxy, version, poolVersion string) (s, repository shell) {
	t.Helper()
	s = newShell(t, proxy)
	repository = s.in(sources(t))
	repository.env = append(slices.Clone(s.env), "GOWORK=")
	repository.write(changes, strings.Replace(repository.read(changes), unreleased, unreleased+"\n- Something for a test.\n", 1))
	repository.run("git", "init", "-q", "-b", "main")
	repository.run("git", "add", "-A")
	repository.run("git", "commit", "-q", "-m", "the tree")
	repository.run("bash", "scripts/release", version, poolVersion)
	s.env = append(s.env, "GOPRIVATE="+module,
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+fileURL(repository.dir)+".insteadOf", "GIT_CONFIG_VALUE_0=https://"+module)
	return s, repository
}

const (
	changes    = ".github/CHANGELOG.md"
	unreleased = "## Unreleased\n"
)

// requirements returns the lines of a go.mod that name a version of something,
// without comments, in order.
func requirements(mod string) (lines []string) {
	for line := range strings.Lines(mod) {
		line, _, _ = strings.Cut(line, "//")
		line = strings.TrimPrefix(strings.TrimSpace(line), "require ")
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] != "module" && fields[1] != "(" {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// added returns the lines that are new in after, and those that after lacks.
func added(before, after []string) (more, fewer []string) {
	in := func(lines []string) func(string) bool {
		return func(line string) bool { return slices.Contains(lines, line) }
	}
	return slices.DeleteFunc(slices.Clone(after), in(before)), slices.DeleteFunc(slices.Clone(before), in(after))
}

// stranger makes a module that requires older versions than this repository uses.
func stranger(t *testing.T, s shell, proxy string) shell {
	t.Helper()
	old := map[string]string{"github.com/panjf2000/ants/v2": "v2.4.2", "go.uber.org/goleak": "v1.1.0", "pgregory.net/rapid": "v0.4.0"}
	mod, imports := "module example.com/stranger\n\ngo 1.23\n\nrequire (\n", ""
	for path, version := range old {
		publish(t, proxy, path, version, map[string]string{"go.mod": "module " + path + "\n", "a.go": "package a\n"})
		mod += "\t" + path + " " + version + "\n"
		imports += "\t_ \"" + path + "\"\n"
	}
	s.t, s.dir = t, t.TempDir()
	s.write("go.mod", mod+")\n")
	s.write("stranger.go", "package stranger\n\nimport (\n"+imports+")\n")
	s.run("go", "mod", "tidy")
	return s
}

// graph returns the modules of a module's graph, with their versions, and its Go
// version, without the modules of this repository.
func (s shell) graph() []string {
	s.t.Helper()
	out := s.run("go", "list", "-m", "-f", "{{if .Main}}go {{.GoVersion}}{{else}}{{.Path}} {{.Version}}{{end}}", "all")
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(out), "\n"), func(line string) bool { return strings.HasPrefix(line, module) })
}

// raised lists the versions that a module gets at least which requires bench:
// in its go.mod, and beyond that in its module graph.
func raised(b *bytes.Buffer) error {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	list := exec.Command("go", "list", "-m", "-f", "{{if not .Main}}{{.Path}} {{.Version}}{{end}}", "all")
	list.Dir = root
	list.Env = append(os.Environ(), "GOWORK=off")
	graph, err := list.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) && unreachable(string(exit.Stderr)) {
		return fmt.Errorf("%w: %s", errUnreachable, exit.Stderr)
	}
	if err != nil {
		return fmt.Errorf("list the module graph: %w", err)
	}
	listed := requirements(string(mod))
	for _, line := range listed {
		if !strings.HasPrefix(line, module) {
			fmt.Fprintf(b, "- `%s`\n", line)
		}
	}
	var beyond []string
	for _, line := range strings.Split(strings.TrimSpace(string(graph)), "\n") {
		if line != "" && !strings.HasPrefix(line, module) && !slices.Contains(listed, line) {
			beyond = append(beyond, "`"+line+"`")
		}
	}
	_, err = fmt.Fprintf(b, "\nIts packages use nothing else, but if you use one of these modules, you get at least the version that a dependency asks for:\n%s.\n", strings.Join(beyond, ",\n"))
	return err
}

func TestWhatIsPublishedRaisesNoVersionUnasked(t *testing.T) {
	t.Parallel()
	proxy := t.TempDir()
	const version, poolVersion = "v0.8.1", "v0.7.3"
	published, repository := released(t, proxy, version, poolVersion)
	versions := make(map[string]string)
	for _, m := range modules(t, repository.dir) {
		versions[m.path] = m.version
	}
	if versions[module] != version || versions[module+"/strategies/stealing"] != poolVersion {
		t.Fatalf("the versions %v are required after the release of %s and %s of the pool", versions, version, poolVersion)
	}

	t.Run("the release", func(t *testing.T) { releases(t, repository) })

	t.Run("the kit and the pool", func(t *testing.T) {
		s := stranger(t, published, proxy)
		before := requirements(s.read("go.mod"))
		if len(before) != 4 {
			t.Fatalf("want the go line and three requirements, got %q", before)
		}
		var want []string
		for _, name := range []string{"strategies", "strategies/stealing"} {
			path := module + "/" + name
			s.run("go", "get", path+"@"+versions[path])
			want = append(want, path+" "+versions[path])
		}
		s.write("stranger_test.go", strangersTest)
		s.run("go", "mod", "tidy")
		s.run("go", "vet", "./...")
		if more, fewer := added(before, requirements(s.read("go.mod"))); !slices.Equal(more, want) || len(fewer) > 0 {
			t.Errorf("go.mod has the new lines %q, want %q; it lacks %q", more, want, fewer)
		}
	})

	t.Run("bench", func(t *testing.T) {
		s := stranger(t, published, proxy)
		before := s.graph()
		s.run("go", "get", module+"/bench@"+versions[module])
		page, err := os.ReadFile(filepath.Join(root, "bench", "MODULES.md"))
		if err != nil {
			t.Fatal(err)
		}
		more, _ := added(before, s.graph())
		for _, line := range more {
			if !strings.Contains(string(page), "`"+line+"`") {
				t.Errorf("bench/MODULES.md does not say that requiring bench raises %s", line)
			}
		}
		if len(more) < 5 {
			t.Errorf("requiring bench raises only %q: something is wrong with the test", more)
		}
		libraries, _ := added(requirements(repository.read("go.mod")), requirements(repository.read("strategies/catalog/go.mod")))
		for _, line := range libraries {
			library, _, _ := strings.Cut(line, " ")
			if i := slices.IndexFunc(more, func(line string) bool { return strings.HasPrefix(line, library+" ") }); i >= 0 && !strings.HasPrefix(library, module) {
				t.Errorf("requiring bench brings %s, which only the catalog should require", more[i])
			}
		}
		// The catalog does bring them.
		s.run("go", "get", module+"/strategies/catalog@"+versions[module+"/strategies/catalog"])
		if old := "github.com/panjf2000/ants/v2 v2.4.2"; slices.Contains(requirements(s.read("go.mod")), old) {
			t.Errorf("requiring the catalog does not raise %s: something is wrong with the test", old)
		}
	})

	t.Run("the command", func(t *testing.T) {
		if testing.Short() {
			t.Skip("it links the command")
		}
		s := stranger(t, published, proxy)
		mod, sum := s.read("go.mod"), s.read("go.sum")
		bin := t.TempDir()
		s.env = append(s.env, "GOBIN="+bin)
		const command = module + "/bench/cmd/poolbench"
		s.run("go", "install", command+"@"+versions[command])
		if s.read("go.mod") != mod || s.read("go.sum") != sum {
			t.Error("go install changed go.mod or go.sum")
		}
		var entries []listEntry
		if err := json.Unmarshal([]byte(s.run(filepath.Join(bin, "poolbench"), "list", "--json")), &entries); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if want := versions[module+"/strategies/stealing"]; e.Name == "stealing" && e.Version != want {
				t.Errorf("stealing has the version %q, want %q", e.Version, want)
			}
		}
	})
}

// releases checks what scripts/release has made of v0.8.1, with v0.7.3 of the
// pool, and what it makes of more.
func releases(t *testing.T, repository shell) {
	repository.t = t
	log := repository.read(changes)
	if !regexp.MustCompile(unreleased + `\n## v0\.8\.1, \d{4}-\d\d-\d\d, with version 0\.7\.3 of the pool\n\n- Something`).MatchString(log) {
		t.Errorf("the change log begins with\n%.300s", log)
	}
	if tags, want := strings.Fields(repository.run("git", "tag")), []string{
		"bench/cmd/poolbench/v0.8.1", "strategies/catalog/v0.8.1", "strategies/stealing/v0.7.3", "strategies/v0.8.1", "v0.8.1",
	}; !slices.Equal(tags, want) {
		t.Errorf("the tags are %q, want %q", tags, want)
	}
	change := func(name, text string) {
		repository.write(name, text)
		repository.run("git", "add", "-A")
		repository.run("git", "commit", "-q", "-m", "a change")
	}
	refused := func(want string, versions ...string) {
		t.Helper()
		out, err := repository.try(append([]string{"bash", "scripts/release"}, versions...)...)
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("a release of %v: %v, %s, want %q", versions, err, out, want)
		}
	}
	refused("want one or two versions")
	refused("0.8.2 is not a version", "0.8.2")
	refused("v2.0.0 is not a version", "v2.0.0")
	refused("says nothing under Unreleased", "v0.8.2")
	change(changes, strings.Replace(log, unreleased, unreleased+"\n- More.\n", 1))
	refused("there is a tag strategies/v0.8.1 already", "v0.8.1")
	refused("there is a tag strategies/stealing/v0.7.3 already", "v0.8.2", "v0.7.3")
	repository.write("new", "")
	refused("there are changes that are not committed", "v0.8.2")
	change("strategies/stealing/new", "")
	refused("the pool has changed since v0.7.3", "v0.8.2")
	repository.run("git", "rm", "-q", "strategies/stealing/new")
	repository.run("git", "commit", "-q", "-m", "as it was")
	repository.run("bash", "scripts/release", "v0.8.2")
	if tags := repository.run("git", "tag", "--points-at", "HEAD"); !strings.Contains(tags, "strategies/v0.8.2") || strings.Contains(tags, "stealing") {
		t.Errorf("without a version of the pool the tags are %q", tags)
	}
}

// strangersTest uses the kit and the pool.
const strangersTest = `package stranger

import (
	"testing"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/stealing"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

func TestPool(t *testing.T) {
	strategytest.Run(t, &strategies.Strategy{
		Name:   "mine",
		Open:   func(limit int) (strategies.Pool, error) { return stealing.New(limit), nil },
		Traits: strategies.Traits{Full: strategies.FullBuffers, Purge: 1},
	})
}
`
