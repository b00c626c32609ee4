package bench

import (
	"bytes"
	"regexp"
	"slices"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/workload"
)

// traffics are a profile's groups with traffic.
func traffics(p *Profile, s Selection) []PlannedGroup {
	return slices.DeleteFunc(p.Groups(s), func(g PlannedGroup) bool { return !g.traffic() })
}

func TestNamesOfTrafficAreInTheBenchmarkFormat(t *testing.T) {
	form := regexp.MustCompile(`^Echo/load=(open|closed)/unit=(connection|message|own)/connections=[0-9]+/payload=[0-9]+(/rate=[0-9]+pct)?(/churn=[0-9]+)?(/idle=[0-9]+)?(/handler=1ms/limit=[0-9]+)?(/panics=[0-9]+)?/strategy=[a-z][a-z0-9]*$`)
	groups := traffics(Full, whole)
	if len(groups) == 0 {
		t.Fatal("there is no traffic")
	}
	for _, g := range groups {
		for _, c := range g.Cells {
			if !form.MatchString(c.Name()) {
				t.Errorf("the name %s is not of the form %s", c.Name(), form)
			}
			reader := benchfmt.NewReader(bytes.NewBufferString("Benchmark"+c.Name()+"-2 1 1 req/s\n"), "name")
			if !reader.Scan() {
				t.Fatalf("%s is not read: %v", c.Name(), reader.Err())
			}
			if _, ok := reader.Result().(*benchfmt.Result); !ok {
				t.Errorf("%s: %v", c.Name(), reader.Result())
			}
		}
	}
	plain := Cell{Measure: Echo, Traffic: closed(time.Millisecond), Strategy: "pond"}
	plain.Traffic.Dispatch = workload.PerConnection
	if got, want := plain.Name(), "Echo/load=closed/unit=connection/connections=64/payload=64/strategy=pond"; got != want {
		t.Errorf("the plain case is called %s, want %s", got, want)
	}
}

func TestAllServeInTheStandardProfile(t *testing.T) {
	seen := make(map[contender]bool)
	for _, g := range traffics(Standard, whole) {
		for _, c := range g.Cells {
			seen[c.contender()] = true
		}
	}
	for _, s := range lineup.All {
		if !seen[contender{workload.PerMessage, s.Name}] {
			t.Errorf("%s serves no messages", s.Name)
		}
		if wants := s.OpenRemote == nil && s.Name != "serial"; seen[contender{workload.PerConnection, s.Name}] != wants {
			t.Errorf("%s serves connections: %v, want %v", s.Name, !wants, wants)
		}
	}
	for _, s := range lineup.Servers {
		if !seen[contender{workload.OwnSocket, s.Name}] {
			t.Errorf("%s does not serve", s.Name)
		}
	}
	for _, p := range peers.All {
		if !seen[contender{workload.PerConnection, p.Name}] {
			t.Errorf("%s does not serve", p.Name)
		}
	}
}

func TestEveryPartOfAShorterProfileIsPlayed(t *testing.T) {
	playing := make(map[contender]bool)
	for _, g := range Groups {
		served, ok := g.cells.(traffic)
		if !ok {
			continue
		}
		here := make(map[contender]bool)
		for _, c := range served.of(Full, whole) {
			here[c.contender()], playing[c.contender()] = true, true
		}
		for _, p := range served.few {
			if !here[p] {
				t.Errorf("%s: there is no %v in the shortest profile", g.Slug, p)
			}
		}
	}
	for _, p := range alike {
		if !playing[p] {
			t.Errorf("there is no %v in the standard profile", p)
		}
	}
}

func TestEveryGroupOfTrafficCanBeCompared(t *testing.T) {
	for _, p := range Profiles {
		for _, g := range traffics(p, whole) {
			control, reference := slices.IndexFunc(g.Cells, isControl), g.Reference()
			if reference < 0 || control < 0 && p != Quick {
				t.Errorf("%s: %s has no reference or no control", p.Name, g.Slug)
				continue
			}
			if control >= 0 && g.Cells[control].Traffic != g.Cells[reference].Traffic {
				t.Errorf("%s: the control of %s is %s, the reference %s", p.Name, g.Slug, g.Cells[control].Name(), g.Cells[reference].Name())
			}
			for _, c := range g.Cells {
				if c.Traffic.Limit < 1 || c.Traffic.Length == 0 && c.Traffic.Requests == 0 {
					t.Errorf("%s: %s has a limit of %d and takes no time", p.Name, c.Name(), c.Traffic.Limit)
				}
			}
		}
	}
}

func TestWhoCannotPanicOrWaitIsNotAskedToAndTheFileSaysWho(t *testing.T) {
	var absent []string
	for _, s := range DeclaredTraits(lineup.All, lineup.Servers) {
		if s.Key == TraitElsewhere {
			absent = ParseTraits(s.Value)[0].Who
		}
	}
	if !slices.Equal(absent, []string{"processes", "prefork"}) {
		t.Errorf("the file says that %v answer elsewhere", absent)
	}
	for _, g := range traffics(Full, whole) {
		for _, c := range g.Cells {
			if c.Traffic.Handler == 0 && c.Traffic.Panics == 0 {
				continue
			}
			if slices.Contains(append(absent, "pythonthreads", "pythonprocesses"), c.Strategy) {
				t.Errorf("%s: its handler is in another process", c.Name())
			}
		}
	}
}

func TestWhoIsNamedTakesPartInTheShortestProfile(t *testing.T) {
	only := func(named bool) bool {
		s := Selection{Named: named}
		for _, strategy := range lineup.All {
			if strategy.Name == Reference || strategy.Name == "weighted" {
				s.Strategies = append(s.Strategies, strategy)
			}
		}
		groups := traffics(Quick, s)
		return slices.ContainsFunc(groups[0].Cells, func(c Cell) bool { return c.Strategy == "weighted" })
	}
	if only(false) || !only(true) {
		t.Errorf("weighted takes part: %v if it is named, %v if not", only(true), only(false))
	}
}

func TestAPeerTakesPartWhereItsProcessNeedNotBeSeen(t *testing.T) {
	s := whole
	s.Peers = []string{"mine"}
	for _, g := range traffics(Standard, s) {
		has := slices.ContainsFunc(g.Cells, func(c Cell) bool { return c.Strategy == "mine" })
		first := g.Cells[0].Traffic
		if want := first.Idle == 0 && first.Handler == 0 && first.Panics == 0; has != want {
			t.Errorf("%s: a peer takes part: %v, want %v", g.Slug, has, want)
		}
	}
}
