package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// looked are the strategies of the catalog, with what they guarantee.
func looked(t *testing.T) map[string]*guarantee.Strategy {
	t.Helper()
	all, err := guarantee.OfAll(catalog.All)
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]*guarantee.Strategy)
	for _, s := range all {
		byName[s.Name] = s
	}
	return byName
}

func TestTheLibrariesGuaranteeWhatTheirDocumentationSays(t *testing.T) {
	all := looked(t)
	for _, row := range []struct{ strategy, guarantee, want string }{
		{"ants", "reject", "with nonblocking or maxblocking"},
		{"ants", "panic", "with panichandler"},
		{"ants", "survive", "by default"},
		{"ants", "nested", "with nonblocking"},
		{"ants", "errors", "no: the library has no call that maps inputs to results"},
		{"pond", "reject", "with nonblocking"},
		{"pond", "block", "with queuesize"},
		{"pond", "queue", "by default"},
		{"pond", "errors", "by default"},
		{"pond", "first-error", "by default"},
		{"pond", "all-errors", "no: no call of the library does it"},
		{"pondsubmit", "cancel", "with context"},
		{"weighted", "context", "by default"},
		{"weighted", "reject", "by default"},
		{"weighted", "cancel", "no: queued tasks cannot be dropped: the pool has no Cancel"},
		{"errgroup", "errors", "by default"},
		{"errgroup", "first-error", "by default"},
		{"errgroup", "stop", "with context"},
		{"conc", "all-errors", "by default"},
		{"conc", "first-error", "with firsterror or context"},
		{"conc", "stop", "with context"},
		{"stealing", "all-errors", "with allerrors"},
		{"semaphore", "context", "by default"},
		{"serial", "cancel", "no: queued tasks cannot be dropped: the pool has no Cancel"},
		{"goroutines", "block", "not applicable: the limit is ignored, so the pool is never full"},
		{"processes", "nested", "not applicable: a job in another process has no pool to submit to"},
	} {
		if got := all[row.strategy].Answers[slices.Index(guarantee.Names(), row.guarantee)].String(); got != row.want {
			t.Errorf("%s, %s: %s, want %s", row.strategy, row.guarantee, got, row.want)
		}
	}
}

func TestEveryGuaranteeTellsStrategiesApart(t *testing.T) {
	all, err := guarantee.OfAll(catalog.All)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range guarantee.Table(all) {
		given := len(r.ByDefault) + len(r.WithOption)
		if given == 0 || len(r.No)+len(r.Inapplicable) == 0 && r.Name != "results" {
			t.Errorf("%s: %d give it, %d do not", r.Name, given, len(r.No)+len(r.Inapplicable))
		}
	}
}

func TestATraitThatMeansNothingIsNotApplicable(t *testing.T) {
	all := looked(t)
	for _, row := range []struct{ strategy, trait, want string }{
		{"serial", "cancel", "not applicable"},
		{"serial", "parts", "not applicable"},
		{"serial", "full", "not applicable"},
		{"goroutines", "cancel", "not applicable"},
		{"goroutines", "resize", "not applicable"},
		{"goroutines", "slots", "not applicable"},
		{"pond", "cancel", "not applicable"},
		{"pond+context", "cancel", "queued tasks still run"},
		{"pondsubmit+context", "parts", "queued tasks never start"},
		{"semaphore", "panic-once", "not applicable"},
		{"processes", "nested", "not applicable"},
		{"ants", "panic", "logged"},
		{"ants+panichandler", "panic", "passed to a handler"},
		{"pond", "purge", "idle workers leave at once"},
		{"stealing", "cancel", "queued tasks never start"},
	} {
		name, _, _ := strings.Cut(row.strategy, "+")
		for _, v := range all[name].Variants {
			if v.Name != row.strategy {
				continue
			}
			for _, trait := range report.Traits(v.Facts) {
				if trait.Key == row.trait && (trait.Value != row.want || (trait.Inapplicable != "") != (row.want == "not applicable")) {
					t.Errorf("%s, %s: %+v, want %s", row.strategy, row.trait, trait, row.want)
				}
			}
		}
	}
}
