package build

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// workspaceOfTwo makes a workspace of the modules a and b, of which a requires
// version 1.0.0 of a module that a folder publishes, also as 1.1.0.
func workspaceOfTwo(t *testing.T) (dir string) {
	t.Helper()
	proxy := map[string]string{"list": "v1.0.0\nv1.1.0\n"}
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		var packed bytes.Buffer
		archive := zip.NewWriter(&packed)
		for name, text := range map[string]string{"go.mod": "module example.com/dep\n", "dep.go": "package dep\n"} {
			w, err := archive.Create("example.com/dep@" + version + "/" + name)
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
		proxy[version+".info"] = `{"Version": "` + version + `"}`
		proxy[version+".mod"] = "module example.com/dep\n"
		proxy[version+".zip"] = packed.String()
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "example.com", "dep", "@v"), proxy)
	for key, value := range map[string]string{
		"GOPROXY": "file://" + strings.TrimPrefix("/"+filepath.ToSlash(folder), "/"), "GOSUMDB": "off",
		"GOMODCACHE": t.TempDir(), "GOFLAGS": "-modcacherw", "GOWORK": "",
	} {
		t.Setenv(key, value)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{
		"go.work":  "go 1.24\n\nuse (\n\t./a\n\t./b\n)\n",
		"a/go.mod": "module example.com/a\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n",
		"a/a.go":   "package a\n\nimport _ \"example.com/dep\"\n",
		"a/c/c.go": "package c\n",
		"b/go.mod": "module example.com/b\n\ngo 1.24\n",
		"b/b.go":   "package b\n",
	})
	if _, err := (Tree{Dir: filepath.Join(dir, "a"), Alone: true}).goCommand(t.Context(), "mod", "tidy"); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestPackagesAreOfOneModuleOfTheWorkspace(t *testing.T) {
	dir := workspaceOfTwo(t)
	for _, c := range []struct {
		patterns []string
		module   string // its folder
		packages []string
		wrong    string
	}{
		{[]string{"./a/..."}, "a", []string{"example.com/a", "example.com/a/c"}, ""},
		{[]string{"example.com/b"}, "b", []string{"example.com/b"}, ""},
		{[]string{"./a", "./b"}, "", nil, "./a, ./b are not packages of one module whose source is in " + dir},
		{[]string{"example.com/dep"}, "", nil, "example.com/dep are not packages of one module whose source is in " + dir},
		{[]string{"./none"}, "", nil, "find the module of ./none in " + dir},
	} {
		module, packages, err := Tree{Dir: dir}.Module(t.Context(), c.patterns...)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%v: got %v, want %q", c.patterns, err, c.wrong)
			}
			continue
		}
		if err != nil || module.Dir != filepath.Join(dir, c.module) || !module.Alone || !slices.Equal(packages, c.packages) {
			t.Errorf("%v: got %+v, %q, %v; want %s and %q", c.patterns, module, packages, err, c.module, c.packages)
		}
	}
}

func TestAnotherVersionOfADependencyLeavesTheWorkspaceAlone(t *testing.T) {
	dir := workspaceOfTwo(t)
	module, packages, err := Tree{Dir: dir}.Module(t.Context(), "./a")
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "a", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		tree, err := module.WithModule(t.Context(), t.TempDir(), "example.com/dep", version)
		if err != nil {
			t.Fatal(err)
		}
		list := append(append([]string{"list"}, tree.Flags...), "-deps", "-f", "{{with .Module}}{{.Path}}@{{.Version}}{{end}}")
		used, err := tree.goCommand(t.Context(), append(list, packages...)...)
		if err != nil || !strings.Contains(used, "example.com/dep@"+version) {
			t.Errorf("with %s the packages use %q, %v", version, used, err)
		}
	}
	if after, err := os.ReadFile(filepath.Join(dir, "a", "go.mod")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("go.mod was\n%s\nand is\n%s, %v", before, after, err)
	}
	if _, err := module.WithModule(t.Context(), t.TempDir(), "example.com/dep", "v1.2.0"); err == nil || !strings.Contains(err.Error(), "get example.com/dep@v1.2.0") {
		t.Errorf("a version that is not published: %v", err)
	}
}
