package strategytest

import (
	"strings"
	"testing"

	. "github.com/poolbench/poolbench/strategies"
)

// An adapter embeds the pool of a library, and so has all its methods.
type adapter struct{ *resizable }

func (a adapter) Go(task func()) error { return a.resizable.Go(task) }

// resizable is a library's pool, whose Resize takes a while.
type resizable struct{ resizeFake }

// A wrapper has methods of its own under the same names.
type wrapper struct{ *resizable }

func (w *wrapper) Resize(limit int) { w.resizable.Resize(limit) }

func resizableFake(p *fake) *resizable { return &resizable{resizeFake{plainFake{p}}} }

func TestARuleThatAppliesByAMethodSaysSo(t *testing.T) {
	for _, row := range []struct {
		name, want string
		as         func(*fake) Pool
	}{
		{"embeds", "(strategytest.adapter has the method Resize from the embedded *strategytest.resizable: if that is not meant, keep it in a field with a name)",
			func(p *fake) Pool { return adapter{resizableFake(p)} }},
		{"declares", "(the rule applies because *strategytest.wrapper has the method Resize)",
			func(p *fake) Pool { return &wrapper{resizableFake(p)} }},
		{"value", "(the rule applies because strategytest.resizeFake has the method Resize)", resize},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := &Strategy{Name: row.name, Open: fakeOpen(Traits{Resize: ResizeIgnore}, sound, row.as)}
			v, _ := examineRule(s, ruleNamed("resize"), Offers{Resize: true}, nil, quick)
			if v.Status != Failed || !strings.Contains(v.Reason, row.want) {
				t.Errorf("%s: %s", v.Status, v.Reason)
			}
			if v, _ := examineRule(s, ruleNamed("exactly-once"), Offers{Resize: true}, nil, quick); v.Status != Passed {
				t.Errorf("another rule: %s", v.Reason)
			}
		})
	}
	if note := becauseOf("full", adapter{resizableFake(newFake(Traits{}, sound)(1))}); note != "" {
		t.Errorf("a rule without such a method says %q", note)
	}
}
