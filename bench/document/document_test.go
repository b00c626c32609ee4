package document

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPartsAreMadeAnewAndTheRestStays(t *testing.T) {
	parts := Parts{
		"sum":    func(b *bytes.Buffer) error { b.WriteString("4\n"); return nil },
		"broken": func(*bytes.Buffer) error { return errors.New("no figures") },
	}
	const current = "Two and two:\n<!-- begin: sum -->\n4\n<!-- end: sum -->\nis four.\n"
	for _, c := range []struct {
		what, text string
		complaint  string // "" for none
		written    string // with write set
	}{
		{"current", current, "", current},
		{"stale", strings.Replace(current, "4", "5", 1), "line 3 is\n\t5\nand should be\n\t4\n", current},
		{"empty", strings.Replace(current, "4\n", "", 1), "line 3 is\n\t<!-- end: sum -->\nand should be\n\t4\n", current},
		{"no part", "Two and two is four.\n", "it has no generated part", ""},
		{"another end", strings.Replace(current, "end: sum", "end: some", 1), `part "sum" ends as "some"`, ""},
		{"a name that nothing makes", strings.ReplaceAll(current, "sum", "product"), `nothing makes part "product"`, ""},
		{"a part that fails", strings.ReplaceAll(current, "sum", "broken"), `part "broken": no figures`, ""},
	} {
		path := filepath.Join(t.TempDir(), "page.md")
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		err := Refresh(path, parts, false)
		if c.complaint == "" && err != nil || c.complaint != "" && (err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.complaint)) {
			t.Errorf("%s: got %v, want %q", c.what, err, c.complaint)
		}
		if have, _ := os.ReadFile(path); string(have) != c.text {
			t.Errorf("%s: the file was written though it was not to be", c.what)
		}
		if err := Refresh(path, parts, true); (err == nil) != (c.written != "") {
			t.Errorf("%s: writing it: %v", c.what, err)
		}
		want := c.written
		if want == "" {
			want = c.text
		}
		if have, _ := os.ReadFile(path); string(have) != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.what, have, want)
		}
	}
	if err := Refresh(filepath.Join(t.TempDir(), "page.md"), parts, true); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
}
