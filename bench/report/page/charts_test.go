package page

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/report"
)

// echoes is a run of servers: at a rate, where the generator does not vouch for
// the first process of one and for no process of another, and under overload.
func echoes(t *testing.T) report.Run {
	t.Helper()
	var b strings.Builder
	for block := 1; block <= 7; block++ {
		fmt.Fprintf(&b, "=== block %d group echorate60 seed 1 steal 0\n", block)
		for _, who := range []string{"connection goroutines", "message goroutines", "own netpoll", "own late"} {
			unit, strategy, _ := strings.Cut(who, " ")
			name := "BenchmarkEcho/load=open/unit=" + unit + "/connections=64/payload=64/rate=60pct/strategy=" + strategy
			if strategy == "late" || block == 1 {
				fmt.Fprintf(&b, "%s 1 1 invalid-share 60000 offered-req/s\n", name)
				continue
			}
			fmt.Fprintf(&b, "%s 1 0 invalid-share 3%d000 p50-ns 9%d000 p99-ns 60000 offered-req/s 59000 req/s\n", name, block, block)
		}
		for _, rate := range []int{200, 50, 100} {
			fmt.Fprintf(&b, "=== block %d group echooverload%d seed 1 steal 0\n", block, rate)
			for _, strategy := range []string{"goroutines", "pond"} {
				fmt.Fprintf(&b, "BenchmarkEcho/load=open/unit=message/connections=64/payload=64/rate=%dpct/handler=1ms/limit=8/strategy=%s 1 0 invalid-share %d offered-req/s %d req/s\n",
					rate, strategy, 60*rate, min(60*rate, 6000))
			}
		}
	}
	return read(t, "echo.txt", b.String())
}

func TestChartsOfServersShowEveryUnitAndWhoIsMissing(t *testing.T) {
	charts, left := Charts(echoes(t).Evidence)
	if left != 0 {
		t.Fatalf("%d are left out", left)
	}
	names := func(p Chart) (out []string) {
		for _, c := range p.Curves {
			out = append(out, c.Name)
		}
		return out
	}
	find := func(slug string) Chart {
		i := slices.IndexFunc(charts, func(p Chart) bool { return p.Slug == slug })
		if i < 0 {
			t.Fatalf("there is no chart %s", slug)
		}
		return charts[i]
	}
	times := find("percentiles-echorate60")
	if got := names(times); !slices.Equal(got, []string{"goroutines", "goroutines per message", "netpoll"}) {
		t.Errorf("the curves of response times are %q", got)
	}
	if want := "Response time of the echo: requests at 60 % of the capacity on 64 connections"; times.Title != want {
		t.Errorf("it is called %q", times.Title)
	}
	if !strings.HasSuffix(times.Caption, "because no run against them is valid: late.") {
		t.Errorf("who is missing is not said: %s", times.Caption)
	}
	for _, want := range []string{">50 %<", ">99 %<", "share of requests that took no longer"} {
		if !strings.Contains(times.Wide, want) {
			t.Errorf("the chart has no %s", want)
		}
	}
	offered := find("offered0")
	if got := names(offered); !slices.Equal(got, []string{"goroutines per message", "pond per message"}) {
		t.Errorf("the curves of offered load are %q", got)
	}
	if want := "Answered against offered load, with 8 workers, of which a message keeps one for 1ms"; offered.Title != want {
		t.Errorf("it is called %q", offered.Title)
	}
	if !strings.Contains(offered.Wide, ">12,000<") {
		t.Error("the axis does not reach the highest rate")
	}
}

func TestChartsThatAreTooManyAreCounted(t *testing.T) {
	var b strings.Builder
	for i := range mostCharts + 7 {
		for _, strategy := range []string{"goroutines", "pond"} {
			fmt.Fprintf(&b, "BenchmarkX%d/strategy=%s 1 5 done-p50-ns 9 done-p99-ns\n", i, strategy)
		}
	}
	if charts, left := Charts(read(t, "many.txt", b.String()).Evidence); len(charts) != mostCharts || left != 7 {
		t.Errorf("%d are drawn and %d left out", len(charts), left)
	}
}
