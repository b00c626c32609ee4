package page

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
)

// past is a history of 24 commits in which a benchmark takes a quarter more from
// the twelfth on, and of others in which nothing changes.
func past(changed, reference string, same ...string) (records []*history.Record) {
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 24 {
		made := time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
		r := &history.Record{Machine: "m1", Commit: fmt.Sprintf("c%02d", i), Made: made, Measured: made, Reference: reference}
		level := 0.5
		if i >= 12 {
			level = 0.625
		}
		noisy := func(v float64) map[string]float64 {
			return map[string]float64{results.XRef: v * math.Exp(0.003*rng.NormFloat64())}
		}
		r.Cells = append(r.Cells, history.Entry{Name: changed, Lines: 9, Ratios: noisy(level)})
		for _, name := range same {
			r.Cells = append(r.Cells, history.Entry{Name: name, Lines: 9, Ratios: noisy(0.5)})
		}
		records = append(records, r)
	}
	return records
}

func timeline(t *testing.T, changed, reference string, same ...string) *report.Timeline {
	t.Helper()
	c, err := report.NewTimeline(past(changed, reference, same...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheHistoryShowsWhatChangedAndCountsTheRest(t *testing.T) {
	c := timeline(t, "Parse", "v1.0.0", "Map", "Sort")
	text := write(t, Input{Runs: runs(t, "quick"), Strategies: lineup.All, Timeline: c})
	for _, want := range []string{
		"Something changed in 1 of 3 series of up to 24 commits on 1 class of machine.", "In 2 other series no change was found.",
		`<figure id="change-1">`, "<h3>Parse</h3>", "m1, as multiples of v1.0.0", "% more time [", "from commit c12 of 2026-01-13 on: from 0.50x to 0.6", `<a href="#history">`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(text, `aria-label="Parse"`); n != 2 {
		t.Errorf("the series is drawn %d times, want wide and narrow", n)
	}
	if strings.Contains(text, `aria-label="Sort"`) {
		t.Error("a series in which nothing changed is drawn")
	}
}

func TestAHistoryWithoutChangesSaysWhatWasSearched(t *testing.T) {
	none := past("Parse", "v1.0.0")[:12]
	for what, c := range map[string]struct {
		records []*history.Record
		want    string
	}{
		"nothing changed": {none, "No change was found in 1 series of up to 12 commits on 1 class of machine."},
		"too short":       {none[:2], "Nothing can be said yet: there are 1 series of up to 2 commits on 1 class of machine, and it takes "},
	} {
		found, err := report.NewTimeline(c.records)
		if err != nil {
			t.Fatal(err)
		}
		view, err := newTimelineView(found)
		if err != nil {
			t.Fatal(err)
		}
		if len(view.Changed) != 0 || !strings.HasPrefix(view.Summary[0], c.want) {
			t.Errorf("%s: %+v", what, view)
		}
	}
}

func TestOnlySoManySeriesAreDrawn(t *testing.T) {
	c := timeline(t, "Parse", "v1.0.0")
	for len(c.Changed) < mostCharts+2 {
		c.Changed = append(c.Changed, c.Changed[0])
	}
	view, err := newTimelineView(c)
	if err != nil {
		t.Fatal(err)
	}
	if last := view.Changed[len(view.Changed)-1]; last.WideSVG != "" || len(last.Sentences) == 0 || view.Changed[0].WideSVG == "" {
		t.Errorf("the last of %d is %+v", len(view.Changed), last)
	}
	if view.Undrawn != "Of 42 series that changed the first 40 are drawn." {
		t.Errorf("the page says %q", view.Undrawn)
	}
}
