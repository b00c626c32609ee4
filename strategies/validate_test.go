package strategies_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// valid returns a declaration in which there is nothing to find.
func valid() *strategies.Strategy {
	return &strategies.Strategy{
		Name: "mine",
		Doc:  "my own pool\n\nUse it when it suits you,\nnot when it does not.",
		URL:  "https://example.com/mine",
		Open: func(int) (strategies.Pool, error) { return inline{}, nil },
		Idioms: []strategies.Idiom{{
			Name: "map",
			Doc:  "mine.Map",
			Map:  func(int, int, func(int) (uint64, error), func(uint64)) error { return nil },
		}},
	}
}

func TestValidateFindsNothingInSoundDeclarations(t *testing.T) {
	other := valid()
	other.Name = "other2"
	other.Open = nil
	other.OpenRemote = func(int) (remote.Pool, error) { return nil, nil }
	other.Idioms = nil
	if err := strategies.Validate(valid(), other); err != nil {
		t.Error(err)
	}
	if err := strategies.Validate(); err != nil {
		t.Errorf("of no strategies: %v", err)
	}
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(s *strategies.Strategy)
		want  []string
	}{
		{"no title", func(s *strategies.Strategy) { s.Doc = "" }, []string{"Doc has no title"}},
		{"a blank title", func(s *strategies.Strategy) { s.Doc = " \n\nUse it." }, []string{"Doc has no title"}},
		{"no advice", func(s *strategies.Strategy) { s.Doc = "my own pool\n \n" }, []string{"Doc ends after its title"}},
		{"no address", func(s *strategies.Strategy) { s.URL = "" }, []string{`URL ""`}},
		{"half an address", func(s *strategies.Strategy) { s.URL = "pkg.go.dev/mine" }, []string{`URL "pkg.go.dev/mine"`}},
		{"a broken address", func(s *strategies.Strategy) { s.URL = "https://a b" }, []string{`URL "https://a b"`}},
		{"no way to open it", func(s *strategies.Strategy) { s.Open = nil }, []string{"exactly one of Open and OpenRemote"}},
		{"two ways to open it", func(s *strategies.Strategy) {
			s.OpenRemote = func(int) (remote.Pool, error) { return nil, nil }
		}, []string{"exactly one of Open and OpenRemote"}},
		{"a negative purge", func(s *strategies.Strategy) { s.Traits.Purge = -time.Second }, []string{"Traits.Purge is negative: -1s"}},
		{"an idiom without a name", func(s *strategies.Strategy) { s.Idioms[0].Name = "" }, []string{`idiom "": name: want lower-case`}},
		{"an idiom with a reserved name", func(s *strategies.Strategy) { s.Idioms[0].Name = "loop" }, []string{`idiom "loop": name: reserved`}},
		{"an idiom declared twice", func(s *strategies.Strategy) { s.Idioms = append(s.Idioms, s.Idioms[0]) }, []string{`idiom "map" is declared twice`}},
		{"an idiom without a line", func(s *strategies.Strategy) { s.Idioms[0].Doc = "" }, []string{`idiom "map": Doc is empty`}},
		{"an idiom without a func", func(s *strategies.Strategy) { s.Idioms[0].Map = nil }, []string{`idiom "map": Map is nil`}},
		{"an idiom with errors that are none", func(s *strategies.Strategy) { s.Idioms[0].Errors = 9 }, []string{`idiom "map": Errors has no value 9`}},
		{"several things at once", func(s *strategies.Strategy) { s.Doc, s.URL, s.Open = "", "", nil },
			[]string{"Doc has no title", `URL ""`, "exactly one of Open and OpenRemote"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := valid()
			row.spoil(s)
			found(t, strategies.Validate(s), append(row.want, `strategy "mine": `)...)
			if err := strategies.Validate(s); err != nil {
				if got := len(strings.Split(err.Error(), "\n")); got != len(row.want) {
					t.Errorf("%d errors, want %d:\n%v", got, len(row.want), err)
				}
			}
		})
	}
}

func TestValidateRefusesNamesThatBenchmarksCannotCarry(t *testing.T) {
	const form = "want lower-case letters and digits, beginning with a letter"
	for name, want := range map[string]string{
		"":          form,
		"Ants":      form,
		"1ants":     form,
		"ants-8":    form, // the benchmark format takes -8 for GOMAXPROCS
		"ants_v2":   form,
		"ants/v2":   form,
		"ants v2":   form,
		"ants\n":    form,
		"fil\u00e9": form,
		"loop":      "reserved for the bare loop",
		"control":   "reserved for the reference strategy measured a second time",
	} {
		s := valid()
		s.Name = name
		found(t, strategies.Validate(s), "name: "+want)
	}
}

func TestValidateFindsEveryTraitThatHasNoSuchValue(t *testing.T) {
	fields := reflect.TypeFor[strategies.Traits]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "Purge" {
			continue
		}
		s := valid()
		reflect.ValueOf(&s.Traits).Elem().Field(i).SetInt(99)
		found(t, strategies.Validate(s), "Traits."+name+" has no value 99")
	}
}

func TestValidateLooksAtTheListAsAWhole(t *testing.T) {
	broken := valid()
	broken.URL = "nowhere"
	err := strategies.Validate(valid(), nil, broken)
	found(t, err, "strategy 2 of 3 is nil", `strategy "mine" is declared twice`, `URL "nowhere"`)
}

func TestDocIsATitleAndAdviceInOneLine(t *testing.T) {
	s := valid()
	if got, want := s.Title(), "my own pool"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	if got, want := s.Advice(), "Use it when it suits you, not when it does not."; got != want {
		t.Errorf("advice %q, want %q", got, want)
	}
}

func TestTheDefaultLimitIsThatOfPythonsPools(t *testing.T) {
	threads, processes := valid(), valid()
	processes.Open = nil
	processes.OpenRemote = func(int) (remote.Pool, error) { return nil, nil }
	for _, row := range []struct{ cpus, threads, processes int }{{1, 5, 1}, {2, 10, 2}, {16, 80, 16}, {0, 1, 1}} {
		if got := threads.DefaultLimit(row.cpus); got != row.threads {
			t.Errorf("%d CPUs: %d tasks, want %d", row.cpus, got, row.threads)
		}
		if got := processes.DefaultLimit(row.cpus); got != row.processes {
			t.Errorf("%d CPUs: %d processes, want %d", row.cpus, got, row.processes)
		}
	}
}

// found fails the test unless err says all that is wanted of it.
func found(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("nothing found, want %q", want)
		return
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("found\n%v\nwant %q in it", err, part)
		}
	}
}
