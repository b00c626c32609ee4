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

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
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
				got := frozenFigures(NewEvidence(set))
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

// frozenFigures lists every figure of a file that a sentence or a table can rest
// on.
func frozenFigures(e *Evidence) (out []string) {
	add := func(line string) { out = append(out, line) }
	for _, g := range e.Groups("") {
		for _, r := range g.Rows {
			verdict := "-"
			if g.tests(r) {
				verdict = r.Verdict.String()
			}
			if r.Ratio.Estimate > 0 {
				add(frozenLine("ratio", g.Slug, r.Cell.Name, results.XRef, "reference", r.Ratio, r.Ratio.N, verdict))
			}
			for _, unit := range r.Cell.Samples[0].Units() {
				if v := typical(r.Cell, unit); v.Estimate == v.Estimate {
					add(frozenLine("median", g.Slug, r.Cell.Name, unit, "", v, v.N, "-"))
				}
			}
		}
		if semaphore := g.Row("semaphore"); semaphore != nil {
			var rows []*Row
			var samples [][]float64
			for _, row := range byRatio(pooled(g.Rows)) {
				if sample := stats.Logs(Paired(row.Cell, semaphore.Cell, results.XRef)); row.Real() && row != semaphore && len(sample) > 0 {
					rows, samples = append(rows, row), append(samples, sample)
				}
			}
			for i, verdict := range judge(samples, g.Noise()) {
				v := RatioOf(exps(samples[i]))
				add(frozenLine("semaphore", g.Slug, rows[i].Cell.Name, results.XRef, "semaphore", v, v.N, verdict.String()))
			}
		}
		for _, pattern := range []workload.Pattern{workload.WaitEach, workload.Collect, workload.Native} {
			for _, c := range g.CostsOf(pattern) {
				add(frozenLine("pattern", g.Slug, c.Row.Cell.Name, results.XRef, "callback", c.Ratio, c.Ratio.N, c.Verdict.String()))
			}
		}
		peaks, unit := g.Peaks()
		for _, p := range peaks {
			add(frozenLine("peak", g.Slug, p.Row.Cell.Name, unit, "reference", p.Ratio, p.Ratio.N, "-"))
		}
		for _, s := range g.Shares(results.CPUXRef) {
			add(frozenLine("cpu", g.Slug, s.Row.Cell.Name, results.CPUXRef, "reference", s.Ratio, s.Ratio.N, s.Verdict.String()))
		}
		if strings.HasPrefix(g.Slug, "contention") {
			one := e.alone(g)
			var rows []*Row
			var samples [][]float64
			for _, r := range pooled(g.Rows) {
				if alone := one.Row(r.Strategy); alone != nil && r.Real() {
					if sample := stats.Logs(Paired(r.Cell, alone.Cell, results.NsPerTask)); len(sample) > 0 {
						rows, samples = append(rows, r), append(samples, sample)
					}
				}
			}
			if len(samples) > 0 {
				for i, verdict := range judge(samples, crossNoise(g, one)) {
					v := RatioOf(exps(samples[i]))
					add(frozenLine("submitters", g.Slug, rows[i].Cell.Name, results.NsPerTask, "one submitter", v, v.N, verdict.String()))
				}
			}
		}
		if strings.HasPrefix(g.Slug, "echo") {
			var rows []*Row
			var samples [][]float64
			for _, r := range pooled(g.Rows) {
				connection := g.served(r.Strategy, workload.PerConnection)
				if r.Unit != workload.PerMessage || connection == nil || !r.Real() {
					continue
				}
				if sample := stats.Logs(Paired(r.Cell, connection.Cell, results.CPUXRef)); len(sample) > 0 {
					rows, samples = append(rows, r), append(samples, sample)
				}
			}
			for i, verdict := range judge(samples, g.cpuNoise()) {
				v := RatioOf(exps(samples[i]))
				add(frozenLine("message", g.Slug, rows[i].Cell.Name, results.CPUXRef, "connection", v, v.N, verdict.String()))
			}
		}
	}
	for _, prefix := range []string{"grain", "tight"} {
		for _, level := range Levels {
			for _, m := range e.METGs(prefix, level) {
				add(frozenLine(fmt.Sprintf("metg%g", 100*level), prefix, m.Strategy, "ns", fmt.Sprint(m.Point.Place), m.Interval, 0, "-"))
			}
		}
	}
	c := e.Control()
	add(frozenLine("control", fmt.Sprintf("%d of %d", c.Covering, c.Comparisons), "", results.XRef, "reference", c.Ratio, c.Ratio.N, "-"))
	return out
}
