package question

import (
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

var freeze = flag.Bool("freeze", false, "write down the figures of the frozen files anew")

// TestFiguresOfFrozenFilesDoNotMove works out every estimate, interval and
// verdict of results files that never change, and compares them with what was
// worked out when the files were frozen. A change of code that moves a figure
// must say so here.
func TestFiguresOfFrozenFilesDoNotMove(t *testing.T) {
	files, err := filepath.Glob("testdata/frozen/*.txt.gz")
	if err != nil || len(files) == 0 {
		t.Fatalf("no frozen files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt.gz")
		text := unpacked(t, file)
		variants := map[string]string{name: text}
		if name == "quick-results" {
			variants["plain"] = plainVersion(text)
		}
		for name, text := range variants {
			t.Run(name, func(t *testing.T) {
				set, err := results.Read(strings.NewReader(text), name)
				if err != nil {
					t.Fatal(err)
				}
				got := frozenFigures(t, NewEvidence(set))
				golden := "testdata/frozen/" + name + ".tsv.gz"
				if *freeze {
					pack(t, golden, strings.Join(got, "\n")+"\n")
					return
				}
				want := strings.Split(strings.TrimSuffix(unpacked(t, golden), "\n"), "\n")
				wrong := 0
				for _, line := range difference(want, got) {
					if wrong++; wrong <= 20 {
						t.Error(line)
					}
				}
				if wrong > 20 {
					t.Errorf("%d more lines differ", wrong-20)
				}
			})
		}
	}
}

// difference lists the lines that only one of two has.
func difference(want, got []string) (out []string) {
	count := make(map[string]int)
	for _, line := range want {
		count[line]++
	}
	for _, line := range got {
		count[line]--
	}
	for line, n := range count {
		switch {
		case n > 0:
			out = append(out, "missing: "+line)
		case n < 0:
			out = append(out, "new:     "+line)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(a[9:], b[9:]) })
	return out
}

// plainVersion is a results file as "go test -bench" would have written it:
// without blocks, and without what relates one line to another.
func plainVersion(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "===") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		fields = slices.DeleteFunc(fields, func(f string) bool {
			return strings.HasSuffix(f, "x-ref") || strings.HasSuffix(f, "efficiency")
		})
		out = append(out, strings.Join(fields, "\t"))
	}
	return strings.Join(out, "\n") + "\n"
}

func unpacked(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func pack(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z, _ := gzip.NewWriterLevel(f, gzip.BestCompression)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// frozenLine is one figure: what it is of, and what it says.
func frozenLine(kind, group, cell, unit, baseline string, i stats.Interval, n int, verdict string) string {
	return strings.Join([]string{kind, group, cell, unit, baseline,
		fmt.Sprintf("%.10g", i.Estimate), fmt.Sprintf("%.10g", i.Low), fmt.Sprintf("%.10g", i.High), fmt.Sprint(n), verdict}, "\t")
}

// frozenWords are the verdicts as they were called when the files were frozen.
var frozenWords = map[claim.Verdict]string{
	claim.NotJudged: "-", claim.Undecided: "unknown", claim.Tied: "no difference", claim.Better: "faster", claim.Worse: "slower",
}

// frozenFigures lists every figure of a file that a sentence or a table can rest
// on.
func frozenFigures(t *testing.T, e *Evidence) (out []string) {
	add := func(line string) { out = append(out, line) }
	all := func(kind string, g *Group, baseline string, q Query, verdicts bool) {
		c, err := e.Compare(g, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range c.Claims {
			verdict := frozenWords[c.Verdict]
			if !verdicts {
				verdict = "-"
			}
			add(frozenLine(kind, g.Slug, c.Cell.Name, c.Unit, baseline, c.Value, c.Value.N, verdict))
		}
	}
	isPool := func(r *Row) bool { return r.isPool() }
	for _, g := range e.Groups() {
		all("ratio", g, "reference", Query{Unit: results.XRef, Baseline: Reference}, true)
		units := make(map[string]bool)
		for _, r := range g.Rows {
			for _, unit := range r.Cell.Samples[0].Units() {
				units[unit] = true
			}
		}
		for unit := range units {
			all("median", g, "", Query{Unit: unit, Rows: func(r *Row) bool {
				return slices.Contains(r.Cell.Samples[0].Units(), unit)
			}}, true)
		}
		if semaphore := g.Row("semaphore"); semaphore != nil {
			all("semaphore", g, "semaphore", Query{Unit: results.XRef, Baseline: Semaphore, Rows: func(r *Row) bool { return r.isPool() && r != semaphore }}, true)
		}
		for _, pattern := range []workload.Pattern{workload.WaitEach, workload.Collect, workload.Native} {
			all("pattern", g, "callback", patternQuery(pattern), true)
		}
		if g.Row(bench.Reference) != nil {
			unit := g.PeakUnit()
			all("peak", g, "reference", Query{Unit: unit, Baseline: ReferenceAlone}, false)
		}
		all("cpu", g, "reference", Query{Unit: results.CPUXRef, Baseline: Reference, Rows: func(r *Row) bool { return Reference.judged(g, r) }}, true)
		if strings.HasPrefix(g.Slug, "contention") {
			all("submitters", g, "one submitter", Query{Unit: results.NsPerTask, Baseline: OneSubmitter, Rows: isPool}, true)
		}
		if strings.HasPrefix(g.Slug, "echo") {
			all("message", g, "connection", Query{Unit: results.CPUXRef, Baseline: ownConnection, Rows: func(r *Row) bool { return r.isPool() && r.Unit == workload.PerMessage }}, true)
		}
	}
	for prefix, groups := range map[string][]*bench.Group{"grain": bench.FamilyGrain.Groups, "tight": bench.FamilyTight.Groups} {
		for _, level := range Levels {
			for _, m := range e.METGs(e.Family(groups), level) {
				add(frozenLine(fmt.Sprintf("metg%g", 100*level), prefix, m.Row.Strategy, "ns", fmt.Sprint(m.Point.Place), m.Interval, 0, "-"))
			}
		}
	}
	c := e.Control()
	add(frozenLine("control", fmt.Sprintf("%d of %d", c.Covering, c.Comparisons), "", results.XRef, "reference", c.Ratio, c.Ratio.N, "-"))
	return out
}
