package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/compare"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
)

// runs reads committed runs.
func runs(t *testing.T, names ...string) (out []report.Run) {
	t.Helper()
	for _, name := range names {
		out = append(out, committed(t, name+"/results.txt"))
	}
	return out
}

// committed reads one results file.
func committed(t *testing.T, name string) report.Run {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "results", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, "results/"+name, string(text))
}

// read makes a run of text.
func read(t *testing.T, name, text string) report.Run {
	t.Helper()
	set, err := results.Read(strings.NewReader(text), name)
	if err != nil {
		t.Fatal(err)
	}
	return report.Run{Name: name, Evidence: question.NewEvidence(set)}
}

// write returns a page.
func write(t *testing.T, in Input) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// writePage writes a page into a file, and returns where.
func writePage(t *testing.T, in Input) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(t.TempDir(), "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(write(t, in)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// hostile is a run in which every string is an attack.
func hostile(t *testing.T) []report.Run {
	var b strings.Builder
	b.WriteString("x<script>window.hacked=1</script>\"'{{.}}: </td><svg/onload=window.hacked=1>\nconstructor: </tr>\n")
	b.WriteString("cpu: <img src=x onerror=\"window.hacked=1\">\ngo: </script><script>window.hacked=1</script>\nkinds: <b>=pool\n")
	for block := 1; block <= 7; block++ {
		fmt.Fprintf(&b, "=== block %d group <b\u00a0class=injected>submit</b> seed 1 steal 0\n", block)
		for _, strategy := range []string{"goroutines", "<script>window.hacked=1</script>", `"onmouseover="window.hacked=1"`, "'-alert(1)-'", "{{.}}", "${hacked}", strings.Repeat("long", 5000), "\u202eright\x1b[31m"} {
			for _, base := range []string{"Fanout/pattern=callback/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1", "<svg/onload=window.hacked=1>"} {
				fmt.Fprintf(&b, "Benchmark%s/strategy=%s 1 %d ns/task 0.5 x-ref 3 </td><script>window.hacked=1</script>/op 5 done-p99-ns\n", base, strategy, 10+block)
			}
		}
	}
	return []report.Run{read(t, `<script>window.hacked=1</script>.txt`, b.String())}
}

// manyCells is a run with that many cells, and as many figures in each as a run
// of ours has, in a sweep over so many lengths and in other groups.
func manyCells(t testing.TB, n, lengths int) *results.Set {
	t.Helper()
	var b strings.Builder
	rng := rand.New(rand.NewPCG(1, 2))
	strategies := []string{"loop", "goroutines", "control", "serial", "semaphore", "weighted", "errgroup", "handrolled", "conc", "pond", "pondsubmit", "ants", "antsfunc", "antsmulti", "workerpool", "stealing"}
	for block := 1; block <= 8; block++ {
		for group := range n / len(strategies) {
			slug := "grain"
			if group >= lengths {
				slug = "contention"
			}
			fmt.Fprintf(&b, "=== block %d group %s%dns seed 1 steal 0\n", block, slug, group+1)
			for i, s := range strategies {
				x := float64(i+1) * (1 + 0.1*rng.Float64())
				fmt.Fprintf(&b, "BenchmarkFanout/pattern=callback/pool=kept/work=spin/grain=%dns/tasks=1000/limit=64/submitters=1/strategy=%s-2 1000 %.5g ns/task %.5g x-ref %.5g cpu-ns/task %.5g cpu-x-ref %.5g efficiency %.5g submit-ns/task %.5g B/task %.5g allocs/task\n",
					group+1, s, 100*x, x/2, 120*x, x/2, 1/(1+x), 50*x, 24*x, x)
			}
		}
	}
	set, err := results.Read(strings.NewReader(b.String()), "many.txt")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// many is a run with that many cells.
func many(t *testing.T, n, lengths int) []report.Run {
	return []report.Run{{Name: "many.txt", Evidence: question.NewEvidence(manyCells(t, n, lengths))}}
}

func TestAPageOfTwoThousandCellsIsSmall(t *testing.T) {
	for _, lengths := range []int{13, 125} {
		if size := len(write(t, Input{Runs: many(t, 2000, lengths), Strategies: lineup.All})); size > 3e6 {
			t.Errorf("with a sweep over %d lengths the page has %d bytes, want at most 3 MB", lengths, size)
		}
	}
}

func TestThePolicyAdmitsWhatThePageHoldsAndNoMore(t *testing.T) {
	text := write(t, Input{Runs: runs(t, "quick"), Strategies: lineup.All, Servers: lineup.Servers})
	policy := html.UnescapeString(find(t, text, `http-equiv="Content-Security-Policy" content="([^"]*)"`))
	for _, part := range []struct{ directive, pattern string }{{"style-src", `(?s)<style>(.*?)</style>`}, {"script-src", `(?s)<script>(.*?)</script>`}} {
		sum := sha256.Sum256([]byte(find(t, text, part.pattern)))
		if want := part.directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
			t.Errorf("the policy %s does not hold %s", policy, want)
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("the policy is %s", policy)
	}
	body := regexp.MustCompile(`(?s)<(style|script)[ >].*?</(style|script)>`).ReplaceAllString(text, "")
	if found := regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)=`).FindString(body); found != "" {
		t.Errorf("there is a style or a handler in %s", found)
	}
	if found := regexp.MustCompile(`(?i)(src|href)="([^#"][^"]*)"`).FindAllStringSubmatch(body, -1); len(found) == 0 {
		t.Error("the strategies have no links")
	} else {
		for _, link := range found {
			if link[1] != "href" || !strings.HasPrefix(link[2], "https://") {
				t.Errorf("the page needs %s", link[0])
			}
		}
	}
}

// find returns what a pattern's first group matches, once.
func find(t *testing.T, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1)
	if len(m) != 1 {
		t.Fatalf("%s matches %d times", pattern, len(m))
	}
	return m[0][1]
}

func TestOneInputMakesOnePage(t *testing.T) {
	in := Input{Runs: runs(t, "quick"), Strategies: lineup.All}
	if write(t, in) != write(t, Input{Runs: runs(t, "quick"), Strategies: lineup.All}) {
		t.Error("two pages of the same input differ")
	}
}

func TestAnswersSayWhatTheyRestOn(t *testing.T) {
	view, err := newView(Input{Runs: runs(t, "quick"), Strategies: lineup.All})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range view.Cards {
		a := c.Answers[0]
		if strings.HasPrefix(a.Lead, "These results hold nothing on this") {
			if a.Figure != "" {
				t.Errorf("%s: there is a figure of what was not measured: %s", c.Slug, a.Figure)
			}
			continue
		}
		if a.Lead == "" {
			t.Errorf("%s has no sentence", c.Slug)
		}
		if a.Figure != "" && (a.Range == "" || a.What == "" || a.Observed == "" || !strings.HasPrefix(a.Reproduce, "go ")) {
			t.Errorf("%s is not told whole: %+v", c.Slug, a)
		}
	}
}

func TestAQuestionThatTheDataCannotAnswerSaysSo(t *testing.T) {
	run := read(t, "mine.txt", "BenchmarkParse/size=10 100 12 ns/op 3 B/op\nBenchmarkParse/size=10 100 13 ns/op 3 B/op\n")
	text := write(t, Input{Runs: []report.Run{run}, Strategies: lineup.All})
	for _, want := range []string{"These results hold nothing on the questions", "does not say which lines were measured together", "BenchmarkParse", "size=10", "12.5 ns", "There is no chart", "says nothing of the machine"} {
		if !strings.Contains(html.UnescapeString(text), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	asked := write(t, Input{Runs: []report.Run{run}, Strategies: lineup.All, Questions: []string{"memory"}})
	if !strings.Contains(html.UnescapeString(asked), `These results hold nothing on this; "poolbench run --question memory" measures it.`) {
		t.Error("a question that was asked by name is passed over")
	}
}

func TestThePageIsCalledByWhatItHolds(t *testing.T) {
	servers := read(t, "echo.txt", "BenchmarkEcho/load=closed/unit=own/connections=64/payload=64/strategy=netpoll 1 5 req/s\n")
	tasks := read(t, "mine.txt", "BenchmarkParse/size=10 100 12 ns/op\n")
	for want, in := range map[string]Input{
		"Ways to serve, compared":                  {Runs: []report.Run{servers}},
		"Ways to run tasks, compared":              {Runs: []report.Run{tasks}},
		"Ways to run tasks and to serve, compared": {Runs: []report.Run{tasks, servers}},
		"Two runs compared":                        {Runs: []report.Run{tasks, tasks}, Compared: &report.Comparison{}},
		report.TimelineTitle:                       {Timeline: timeline(t, "Parse", "v1.0.0")},
	} {
		if text := write(t, in); !strings.Contains(text, "<h1>"+want+"</h1>") || !strings.Contains(text, "<title>"+want+" ") {
			t.Errorf("the page is not called %q", want)
		}
	}
}

func TestSeveralRunsStandSideBySide(t *testing.T) {
	all := runs(t, "quick", "reference")
	compared := report.Compare(all[:1], all[1:], claim.Negligible, compare.Choice{})
	view, err := newView(Input{Runs: all, Strategies: lineup.All, Compared: &compared, Questions: []string{"submit", "memory"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(view.Cards) != 2 || len(view.Cards[0].Answers) != 2 || view.Cards[0].Answers[0].Run != "quick" || view.Cards[0].Answers[1].Run != "reference" {
		t.Errorf("the answers are %+v", view.Cards)
	}
	if view.Compared == nil || len(view.Compared.Rows) < 100 {
		t.Error("the runs are not compared")
	}
	seen := make(map[string]int)
	for _, table := range view.Tables {
		for _, row := range table.Rows {
			seen[row.Run]++
			if len(table.Of(row)) != len(table.Units) {
				t.Fatalf("a row of %s has %d figures for %d columns", table.Title, len(table.Of(row)), len(table.Units))
			}
		}
	}
	if seen["quick"] < 100 || seen["reference"] < 300 {
		t.Errorf("rows by run: %v", seen)
	}
}

func TestTooManyCellsAreRefused(t *testing.T) {
	var b strings.Builder
	for i := range MostCells + 1 {
		fmt.Fprintf(&b, "BenchmarkParse/size=%d 1 1 ns/op\n", i)
	}
	err := Write(&bytes.Buffer{}, Input{Runs: []report.Run{read(t, "many.txt", b.String())}, Strategies: lineup.All})
	if err == nil || !strings.Contains(err.Error(), "many.txt: the runs hold more than 20000 cells") {
		t.Errorf("got %v", err)
	}
}

func TestARunIsCalledByWhatTellsItApart(t *testing.T) {
	for name, want := range map[string]string{
		"results/quick/results.txt": "quick", "results/echo/standard.txt": "echo/standard.txt", "new.txt": "new.txt", "results.txt": "results.txt",
	} {
		if got := short(name, name); got != want {
			t.Errorf("%s is called %q, want %q", name, got, want)
		}
		if got := short(name+" (linux/amd64, A)", name); got != want+" (linux/amd64, A)" {
			t.Errorf("a machine of %s is called %q", name, got)
		}
	}
}

func TestARunThatHoldsNothingIsSilentWhereAnotherAnswers(t *testing.T) {
	mine := read(t, "mine.txt", "BenchmarkParse/size=10 100 12 ns/op 3 B/op\n")
	view, err := newView(Input{Runs: append(runs(t, "quick"), mine), Strategies: lineup.All})
	if err != nil {
		t.Fatal(err)
	}
	if len(view.Choices) != 1 || view.Choices[0].Run != "quick" {
		t.Errorf("the choice goes by %d runs", len(view.Choices))
	}
	if card := view.Cards[0]; card.Slug != "goroutine" || len(card.Answers) != 1 || card.Answers[0].Run != "quick" {
		t.Errorf("the first card is %+v", card)
	}
}
