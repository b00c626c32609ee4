package strategytest

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

func TestRulesAreNumberedFromOneAndNamedApart(t *testing.T) {
	seen := make(map[string]bool)
	for i, r := range Rules() {
		if r.Number != i+1 {
			t.Errorf("rule %d of the table has the number %d", i+1, r.Number)
		}
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(r.Name) || seen[r.Name] {
			t.Errorf("rule %d: %q is no slug, or not the only one", r.Number, r.Name)
		}
		seen[r.Name] = true
		if !strings.HasSuffix(r.Text, ".") || r.prove == nil {
			t.Errorf("rule %d is no sentence, or has no proof", r.Number)
		}
	}
	if len(seen) != 18 {
		t.Errorf("%d rules, want 18", len(seen))
	}
}

func TestOnlyRulesOneAndFourCannotBeWaived(t *testing.T) {
	for _, r := range Rules() {
		if waivable := r.Trait != ""; waivable == (r.Number == 1 || r.Number == 4) {
			t.Errorf("rule %d is relaxed by %q", r.Number, r.Trait)
		}
	}
}

func TestEveryTraitRelaxesARule(t *testing.T) {
	relaxes := make(map[string]bool)
	for _, r := range Rules() {
		for _, trait := range strings.Split(r.Trait, ", ") {
			relaxes[trait] = true
		}
	}
	delete(relaxes, "")
	traits := reflect.TypeFor[strategies.Traits]()
	for i := range traits.NumField() {
		if name := traits.Field(i).Name; !relaxes[name] {
			t.Errorf("Traits.%s relaxes no rule", name)
		} else {
			delete(relaxes, name)
		}
	}
	for _, name := range []string{"Streams", "Unordered", "Errors", "Continues"} {
		if !relaxes["Idiom."+name] {
			t.Errorf("Idiom.%s relaxes no rule", name)
		}
		delete(relaxes, "Idiom."+name)
	}
	for name := range relaxes {
		t.Errorf("a rule is relaxed by %s, which there is not", name)
	}
}

func TestWhatReadersOfTheTableDoStaysTheirs(t *testing.T) {
	Rules()[0].Name = "changed"
	if Rules()[0].Name == "changed" {
		t.Error("the table was changed from outside")
	}
}

func TestOneListSaysWhatCannotApply(t *testing.T) {
	local := func(tr strategies.Traits) *strategies.Strategy {
		return &strategies.Strategy{Traits: tr, Open: func(int) (strategies.Pool, error) { return nil, nil }}
	}
	remote := &strategies.Strategy{OpenRemote: func(int) (remote.Pool, error) { return nil, nil }}
	everything := strategies.Offers{Cancel: true, Divide: true, Resize: true, Try: true, Context: true, Notify: true}
	idiom := local(strategies.Traits{})
	idiom.Idioms = []strategies.Idiom{{Name: "map"}}
	for _, row := range []struct {
		name string
		s    *strategies.Strategy
		o    strategies.Offers
		want string // rules that do not apply
	}{
		{"everything offered", idiom, everything, ""},
		{"nothing offered", local(strategies.Traits{}), strategies.Offers{}, "cancel resize errors"},
		{"no limit", local(strategies.Traits{Limit: strategies.LimitNone}), everything, "full slots resize errors"},
		{"in the submitter", local(strategies.Traits{Capacity: strategies.CapacitySequential}), everything, "full errors"},
		{"crashing", local(strategies.Traits{Panic: strategies.PanicCrashes}), everything, "slots panic-once errors"},
		{"crashing on Goexit", local(strategies.Traits{Goexit: strategies.GoexitCrashes}), everything, "errors"},
		{"undefined", local(strategies.Traits{Race: strategies.RaceUndefined, Closed: strategies.ClosedUndefined}), everything, "race closed errors"},
		{"remote", remote, strategies.Offers{Remote: true, Cancel: true, Resize: true}, "nested errors"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, r := range Rules() {
				if notApplicable(r, row.s, row.o) != "" {
					got = append(got, r.Name)
				}
			}
			if strings.Join(got, " ") != row.want {
				t.Errorf("not applicable: %v, want %s", got, row.want)
			}
		})
	}
	for _, c := range inapplicable {
		if c.reason == "" || ruleNamed(c.rule).Number == 1 || ruleNamed(c.rule).Number == 4 {
			t.Errorf("rule %s may be left out because %q", c.rule, c.reason)
		}
	}
}

func TestWhatWrecksTheProcessIsProvedLastAndNowhereElse(t *testing.T) {
	s := &strategies.Strategy{Name: "damage", Traits: strategies.Traits{
		Panic: strategies.PanicCrashes, Goexit: strategies.GoexitHangs, Nested: strategies.NestedDeadlocks}}
	e := examine(s, byHook(callID{}), quick, Rules())
	here, waiting, children := e.lanes(strategies.Offers{})
	if len(here)+len(waiting)+len(children)+len(Rules())-18 != 13 {
		t.Errorf("%d here, %d waiting, %d in children", len(here), len(waiting), len(children))
	}
	if got := strings.Join(children[len(children)-3:], " "); got != "goexit nested panic" {
		t.Errorf("the last rules are %s, want those that wedge and then the one that crashes", got)
	}

	e = examine(s, nil, quick, Rules())
	here, waiting, children = e.lanes(strategies.Offers{})
	if len(waiting)+len(children) > 0 {
		t.Errorf("without a child process, %d rules run beside others and %d in one", len(waiting), len(children))
	}
	for _, r := range here {
		if damage, _ := hazard(r.Name, s.Traits); damage != harmless {
			t.Errorf("rule %s is proved here", r.Name)
		}
	}
	for _, name := range []string{"panic", "goexit", "nested"} {
		if v := <-e.verdicts[name]; v.Status != NotProved || !strings.Contains(v.Reason, "strategytest.Hook") {
			t.Errorf("rule %s: %s: %s", name, v.Status, v.Reason)
		}
	}
}

func TestKindsCanBeTold(t *testing.T) {
	seen := make(map[string]bool)
	for _, k := range Kinds {
		if !strings.HasPrefix(k.Name, "strategytest") || seen[k.Name] || k.Run == nil {
			t.Errorf("kind %q", k.Name)
		}
		seen[k.Name] = true
	}
	if got, err := Kinds[0].Run([]byte("x")); string(got) != "x" || err != nil {
		t.Errorf("echo: %q, %v", got, err)
	}
	if _, err := callBack([]byte("{")); err == nil || !strings.Contains(err.Error(), "arguments") {
		t.Errorf("calling back with bad arguments: %v", err)
	}
	if _, err := callBack([]byte(`{"Addr":"127.0.0.1:1"}`)); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("calling back where nothing listens: %v", err)
	}
}
