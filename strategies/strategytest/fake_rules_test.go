package strategytest

import (
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// places is how many strategies are examined at a time. They mostly wait.
var places = make(chan struct{}, 10)

// examineAll examines strategies, as many at a time as there are places.
func examineAll(all []*strategies.Strategy, how starter, rules func(i int) []Rule) []<-chan Report {
	reports := make([]<-chan Report, len(all))
	for i, s := range all {
		report := make(chan Report, 1)
		reports[i] = report
		go func() {
			places <- struct{}{}
			report <- examine(s, how, quick, rules(i)).report()
			<-places
		}()
	}
	return reports
}

func everyRule(int) []Rule { return Rules() }

func TestAnOddButLegalPoolPassesEveryRule(t *testing.T) {
	t.Parallel()
	reports := examineAll(legal, byHook(), everyRule)
	for i, s := range legal {
		t.Run(s.Name, func(t *testing.T) {
			for _, v := range (<-reports[i]).Verdicts {
				if v.Status == Failed || v.Status == NotProved {
					t.Errorf("%s: %s", v.Status, v.Reason)
				}
			}
		})
	}
}

func TestABrokenPoolFailsItsRule(t *testing.T) {
	t.Parallel()
	var all []*strategies.Strategy
	for _, b := range brokenOnes {
		all = append(all, b.Strategy)
	}
	reports := examineAll(all, byHook(), everyRule)
	for i, b := range brokenOnes {
		t.Run(b.Name, func(t *testing.T) {
			report := <-reports[i]
			var fails []string
			for _, v := range report.Verdicts {
				if v.Status == Failed {
					fails = append(fails, v.Name)
				}
			}
			slices.Sort(fails)
			want := append([]string{b.rule}, b.fails...)
			slices.Sort(want)
			if !slices.Equal(fails, want) {
				t.Errorf("fails %v, want %v\n%v", fails, want, report.Err())
			}
		})
	}
}

func TestAWrongDeclarationFailsItsRule(t *testing.T) {
	t.Parallel()
	var all []*strategies.Strategy
	for _, l := range lies {
		all = append(all, l.Strategy)
	}
	reports := examineAll(all, byHook(), func(i int) []Rule { return []Rule{ruleNamed(lies[i].rule)} })
	for i, l := range lies {
		t.Run(l.Name, func(t *testing.T) {
			v := (<-reports[i]).Verdicts[0]
			if v.Status != Failed {
				t.Errorf("rule %s: %s %s, want it to fail", l.rule, v.Status, v.Reason)
			}
		})
	}
}

func TestWithoutAChildTheHarmlessIsProvedHere(t *testing.T) {
	for _, row := range []struct{ name, notProved string }{
		{"swallowing", ""},
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
