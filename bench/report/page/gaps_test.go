package page

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/report"
)

func TestWhatDoesNotCountAndWhatIsMissingIsShown(t *testing.T) {
	text := "profile: quick\nkinds: goroutines=pool pond=pool conc=pool processes=remote\n"
	for block := 1; block <= 3; block++ {
		text += fmt.Sprintf("=== block %d group echorate60 seed 1 steal 0\n", block)
		for _, strategy := range []string{"goroutines", "pond"} {
			spoilt := 0
			if strategy == "pond" && block > 1 {
				spoilt = 1
			}
			text += fmt.Sprintf("BenchmarkEcho/load=open/unit=connection/connections=64/payload=64/rate=60pct/strategy=%s 1 %d invalid-share\n", strategy, spoilt)
		}
		text += fmt.Sprintf("=== block %d group submit seed 1 steal 0\n", block)
		text += "BenchmarkFanout/pattern=callback/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy=goroutines 1 10 ns/task\n"
	}
	text += "INVALID Echo/load=open/unit=connection/connections=64/payload=64/rate=60pct/strategy=pond: <late>\n"
	run := read(t, "echo.txt", text)
	view, err := newView(Input{Runs: []report.Run{run}, Strategies: lineup.All, Servers: lineup.Servers})
	if err != nil {
		t.Fatal(err)
	}
	gaps := view.Runs[0].Gaps
	if len(gaps) != 2 {
		t.Fatalf("there are %d tables", len(gaps))
	}
	if want := [][]string{{"pond", "load=open unit=connection connections=64 payload=64 rate=60pct", "2 of 3", "<late>"}}; !slices.EqualFunc(gaps[0].Rows, want, slices.Equal[[]string]) {
		t.Errorf("what does not count is %q", gaps[0].Rows)
	}
	if want := [][]string{
		{"pond", "failed, or was not asked for", "submit"},
		{"conc", "failed, or was not asked for", "submit"}, {"conc", "only longer profiles measure it, or --strategy", "echorate60"},
		{"processes", "failed, or was not asked for", "submit"}, {"processes", "only longer profiles measure it, or --strategy", "echorate60"},
	}; !slices.EqualFunc(gaps[1].Rows, want, slices.Equal[[]string]) {
		t.Errorf("what is missing is %q", gaps[1].Rows)
	}
	page := write(t, Input{Runs: []report.Run{run}, Strategies: lineup.All, Servers: lineup.Servers})
	if !strings.Contains(page, "<td>&lt;late&gt;</td>") {
		t.Error("the reason is not on the page, escaped")
	}
}
