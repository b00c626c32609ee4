package strategytest

import (
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// TestRules holds the rules against every fake. They are examined at the same
// time, for they mostly wait.
func TestRules(t *testing.T) {
	places := make(chan struct{}, 10)
	examined := func(s *strategies.Strategy, rules []Rule) <-chan Report {
		report := make(chan Report, 1)
		go func() {
			places <- struct{}{}
			report <- examine(s, hookedStarter(s), quick, rules).report()
			<-places
		}()
		return report
	}
	reports := make(map[string]<-chan Report)
	for _, b := range brokenOnes {
		reports[b.Name] = examined(b.Strategy, Rules())
	}
	for _, s := range legal {
		reports[s.Name] = examined(s, Rules())
	}
	for _, l := range lies {
		reports[l.Name] = examined(l.Strategy, []Rule{ruleNamed(l.rule)})
	}
	t.Run("an odd but legal pool passes all", func(t *testing.T) {
		for _, s := range legal {
			t.Run(s.Name, func(t *testing.T) { passesAll(t, <-reports[s.Name]) })
		}
	})
	t.Run("a broken pool fails its rule", func(t *testing.T) {
		for _, b := range brokenOnes {
			t.Run(b.Name, func(t *testing.T) {
				report := <-reports[b.Name]
				failsExactly(t, report, append([]string{b.rule}, b.fails...))
				follow(t, report, b.rule)
			})
		}
	})
	t.Run("a wrong declaration fails its rule", func(t *testing.T) {
		for _, l := range lies {
			t.Run(l.Name, func(t *testing.T) { failsExactly(t, <-reports[l.Name], []string{l.rule}) })
		}
	})
}

func passesAll(t *testing.T, report Report) {
	for _, v := range report.Verdicts {
		if v.Status == Failed || v.Status == NotProved {
			t.Errorf("%s: %s", v.Status, v.Reason)
		}
	}
}

func failsExactly(t *testing.T, report Report, want []string) {
	var fails []string
	for _, v := range report.Verdicts {
		if v.Status == Failed {
			fails = append(fails, v.Name)
		}
	}
	slices.Sort(fails)
	slices.Sort(want)
	if !slices.Equal(fails, want) {
		t.Errorf("fails %v, want %v\n%v", fails, want, report.Err())
	}
}

// follow wants every failure but that of the rule to follow from it.
func follow(t *testing.T, report Report, rule string) {
	for _, v := range report.Verdicts {
		want := rule
		if v.Name == rule {
			want = ""
		}
		if v.Status == Failed && v.Follows != want {
			t.Errorf("the failure of %s follows from %q, want %q: %s", v.Name, v.Follows, want, v.Reason)
		}
	}
	if err := report.Err(); err != nil && strings.Count(err.Error(), "\nstrategy ") > 0 {
		t.Errorf("more than one cause is named:\n%v", err)
	}
}

func TestWithoutAChildTheHarmlessIsProvedHere(t *testing.T) {
	for _, row := range []struct{ name, notProved string }{
		{"swallowing", "panic"},
		{"crashing", "panic"},
		{"remote", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := legal[slices.IndexFunc(legal, func(s *strategies.Strategy) bool { return s.Name == row.name })]
			var notProved []string
			for _, v := range examine(s, nil, quick, Rules()).report().Verdicts {
				switch v.Status {
				case Failed:
					t.Error(v.Reason)
				case NotProved:
					notProved = append(notProved, v.Name)
				}
			}
			if got := strings.Join(notProved, " "); got != row.notProved {
				t.Errorf("not proved: %s, want %s", got, row.notProved)
			}
		})
	}
}

// hookedStarter starts children that find s in Hook.
func hookedStarter(s *strategies.Strategy) *starter {
	id, _, _ := caller{}.identify(s, s)
	return byHook(id)
}
