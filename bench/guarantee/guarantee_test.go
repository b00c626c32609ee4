package guarantee

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/fakes"
	s "github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// pool has every optional interface.
type pool struct {
	fakes.Spawning
	s.Canceler
	s.Divider
	s.Resizer
	s.TrySubmitter
	s.ContextSubmitter
	s.PanicNotifier
}

func able(int) (s.Pool, error)  { return new(pool), nil }
func plain(int) (s.Pool, error) { return new(fakes.Spawning), nil }

// answer is what a strategy answers to one question.
func answer(t *testing.T, strategy *s.Strategy, name string) Answer {
	t.Helper()
	of, err := Of(strategy)
	if err != nil {
		t.Fatal(err)
	}
	return of.Answers[slices.Index(Names(), name)]
}

func TestEveryGuaranteeIsGivenLackedOrInapplicable(t *testing.T) {
	remote := &s.Strategy{Name: "remote", OpenRemote: func(int) (remote.Pool, error) { return nil, errors.New("too slow to be opened for this") }}
	declared := func(open func(int) (s.Pool, error), t s.Traits, idioms ...s.Idiom) *s.Strategy {
		return &s.Strategy{Name: "mine", Open: open, Traits: t, Idioms: idioms}
	}
	ordered := s.Idiom{Name: "map"}
	for _, row := range []struct {
		name string
		of   *s.Strategy
		want string // the answer in words
	}{
		{"results", declared(plain, s.Traits{}), "by default"},
		{"ordered", declared(plain, s.Traits{}, ordered), "by default"},
		{"ordered", declared(plain, s.Traits{}, s.Idiom{Unordered: true}), "no: no call of the library does it"},
		{"ordered", declared(plain, s.Traits{}), "no: the library has no call that maps inputs to results"},
		{"stream", declared(plain, s.Traits{}, ordered, s.Idiom{Streams: true}), "by default"},
		{"stream", declared(plain, s.Traits{}, ordered), "no: no call of the library does it"},
		{"errors", declared(plain, s.Traits{}, s.Idiom{Errors: s.ErrorsFirst}), "by default"},
		{"errors", declared(plain, s.Traits{}, ordered), "by default"},
		{"errors", declared(plain, s.Traits{}, s.Idiom{Errors: s.ErrorsNone}), "no: no call of the library does it"},
		{"first-error", declared(plain, s.Traits{}, s.Idiom{Errors: s.ErrorsFirst}), "by default"},
		{"first-error", declared(plain, s.Traits{}, ordered), "no: no call of the library does it"},
		{"all-errors", declared(plain, s.Traits{}, ordered), "by default"},
		{"all-errors", declared(plain, s.Traits{}, s.Idiom{Errors: s.ErrorsFirst}), "no: no call of the library does it"},
		{"stop", declared(plain, s.Traits{}, ordered), "by default"},
		{"stop", declared(plain, s.Traits{}, s.Idiom{Continues: true}), "no: no call of the library does it"},
		{"cancel", declared(able, s.Traits{}), "by default"},
		{"cancel", declared(able, s.Traits{Cancel: s.CancelRuns}), "no: after Cancel, queued tasks still run"},
		{"cancel", declared(plain, s.Traits{}), "no: queued tasks cannot be dropped: the pool has no Cancel"},
		{"context", declared(able, s.Traits{}), "by default"},
		{"context", declared(plain, s.Traits{}), "no: no submit takes a context"},
		{"context", declared(plain, s.Traits{Full: s.FullQueues}), "not applicable: a submit never waits"},
		{"context", declared(able, s.Traits{Full: s.FullQueues}), "by default"},
		{"context", declared(plain, s.Traits{Limit: s.LimitNone}), "not applicable: the limit is ignored, so the pool is never full"},
		{"survive", declared(plain, s.Traits{Panic: s.PanicLogged}), "by default"},
		{"survive", declared(plain, s.Traits{Panic: s.PanicCrashes}), "no: a panic crashes the process"},
		{"panic", declared(plain, s.Traits{}), "by default"},
		{"panic", declared(plain, s.Traits{Panic: s.PanicReturned}), "by default"},
		{"panic", declared(able, s.Traits{Panic: s.PanicHandled}), "by default"},
		{"panic", declared(plain, s.Traits{Panic: s.PanicSubmitter}), "by default"},
		{"panic", declared(plain, s.Traits{Panic: s.PanicLogged}), "no: logged"},
		{"panic", declared(plain, s.Traits{Panic: s.PanicSwallowed}), "no: swallowed"},
		{"capacity", declared(plain, s.Traits{}), "by default"},
		{"capacity", declared(plain, s.Traits{Slots: s.SlotsMayBlock}), "no: after panics, workers: may block waiters forever"},
		{"capacity", declared(plain, s.Traits{Capacity: s.CapacitySplit}), "no: may leave a worker idle"},
		{"goexit", declared(plain, s.Traits{}), "by default"},
		{"goexit", declared(plain, s.Traits{Goexit: s.GoexitLeaks}), "no: loses a worker"},
		{"nested", declared(plain, s.Traits{}), "by default"},
		{"nested", declared(plain, s.Traits{Nested: s.NestedDeadlocks}), "no: can deadlock"},
		{"nested", remote, "not applicable: a job in another process has no pool to submit to"},
		{"limit", declared(plain, s.Traits{}), "by default"},
		{"limit", declared(plain, s.Traits{Limit: s.LimitNone}), "no: it is ignored"},
		{"block", declared(plain, s.Traits{Full: s.FullBuffers}), "by default"},
		{"block", declared(plain, s.Traits{Full: s.FullBlocksThenRejects}), "no: when full: blocks some submitters, then rejects"},
		{"block", declared(plain, s.Traits{Limit: s.LimitNone, Full: s.FullQueues}), "not applicable: the limit is ignored, so the pool is never full"},
		{"queue", declared(plain, s.Traits{Full: s.FullQueues}), "by default"},
		{"queue", declared(plain, s.Traits{}), "no: when full: blocks"},
		{"reject", declared(plain, s.Traits{Full: s.FullBuffersThenRejects}), "by default"},
		{"reject", declared(able, s.Traits{}), "by default"},
		{"reject", declared(able, s.Traits{Full: s.FullQueues}), "no: no submit is rejected; when full: queues without bound"},
		{"reject", declared(plain, s.Traits{}), "no: no submit is rejected; when full: blocks"},
		{"resize", declared(able, s.Traits{Resize: s.ResizeLate}), "by default"},
		{"resize", declared(able, s.Traits{Resize: s.ResizeIgnore}), "no: ignored while busy"},
		{"resize", declared(plain, s.Traits{}), "no: the limit cannot change: the pool has no Resize"},
		{"divide", declared(able, s.Traits{}), "by default"},
		{"divide", declared(plain, s.Traits{}), "no: the pool has no parts"},
		{"parts", declared(able, s.Traits{}), "by default"},
		{"parts", declared(able, s.Traits{Parts: s.PartsHanded}), "no: after Cancel, tasks already in the parent run"},
		{"parts", declared(plain, s.Traits{}), "no: queued tasks cannot be dropped: the pool has no Divide"},
		{"race", declared(plain, s.Traits{}), "by default"},
		{"race", declared(plain, s.Traits{Race: s.RaceHangs}), "no: a submit that races Close: may wait forever"},
		{"refuse", declared(plain, s.Traits{}), "by default"},
		{"refuse", declared(plain, s.Traits{Closed: s.ClosedReusable}), "no: a submit after Close: usable again"},
		{"closures", declared(plain, s.Traits{}), "by default"},
		{"closures", remote, "no: runs only jobs that are registered beforehand"},
	} {
		if got := answer(t, row.of, row.name).String(); got != row.want {
			t.Errorf("%s of %+v: %s, want %s", row.name, row.of.Traits, got, row.want)
		}
	}
}

func TestAnOptionThatGivesAGuaranteeIsNamed(t *testing.T) {
	of := &s.Strategy{Name: "mine", Open: plain, Options: []s.Option{
		{Name: "reject", Traits: s.Traits{Full: s.FullRejects}, Open: plain},
		{Name: "map", Traits: s.Traits{Full: s.FullBuffersThenRejects, Panic: s.PanicCrashes}, Open: plain, Idioms: []s.Idiom{{Name: "all"}}},
	}}
	for name, want := range map[string]string{
		"reject": "with reject or map", "ordered": "with map", "survive": "by default", "stream": "no: the library has no call that maps inputs to results",
	} {
		if got := answer(t, of, name).String(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	all, err := OfAll([]*s.Strategy{of, {Name: "free", Open: plain, Traits: s.Traits{Limit: s.LimitNone}}})
	if err != nil {
		t.Fatal(err)
	}
	row := Table(all)[slices.Index(Names(), "reject")]
	if len(row.ByDefault) != 0 || !slices.Equal(row.WithOption, []string{"mine+reject", "mine+map"}) || len(row.No) != 0 || !slices.Equal(row.Inapplicable, []string{"free"}) {
		t.Errorf("the row is %+v", row)
	}
	var ways []string
	for _, w := range all[0].Ways {
		ways = append(ways, w.Option+"/"+w.Idiom)
	}
	if want := []string{"/", "reject/", "map/", "map/all"}; !slices.Equal(ways, want) {
		t.Errorf("the ways are %q, want %q", ways, want)
	}
	last := all[0].Ways[3].Gives
	if !slices.Contains(last, "ordered") || !slices.Contains(last, "reject") || slices.Contains(last, "survive") {
		t.Errorf("the idiom with the option gives %q", last)
	}
}

func TestAPoolThatCannotBeLookedAtIsAnError(t *testing.T) {
	broken := errors.New("broken")
	for _, open := range []func(int) (s.Pool, error){
		func(int) (s.Pool, error) { return nil, broken },
		func(int) (s.Pool, error) { return &fakes.Inline{Closed: func() error { return broken }}, nil },
	} {
		if _, err := OfAll([]*s.Strategy{{Name: "mine", Open: open}}); !errors.Is(err, broken) || !strings.Contains(err.Error(), "strategy mine") {
			t.Errorf("got %v", err)
		}
	}
}

// values are so many traits that every one takes each of its values.
func values(do func(s.Traits)) {
	do(s.Traits{})
	fields := reflect.TypeFor[s.Traits]()
	for i := range fields.NumField() {
		for v := int64(1); v < 10; v++ {
			var t s.Traits
			reflect.ValueOf(&t).Elem().Field(i).SetInt(v)
			if word, ok := reflect.ValueOf(t).Field(i).Interface().(interface{ String() string }); ok && word.String() != "invalid" {
				do(t)
			}
		}
	}
}

func TestWhatExcludesEachOtherIsNeverGivenTogether(t *testing.T) {
	for _, e := range Exclusives {
		for _, name := range e.Names {
			if !slices.Contains(Names(), name) {
				t.Errorf("there is no guarantee %s", name)
			}
		}
	}
	values(func(traits s.Traits) {
		for _, open := range []func(int) (s.Pool, error){able, plain} {
			idioms := []s.Idiom{{Name: "all"}, {Name: "first", Errors: s.ErrorsFirst}}
			of, err := Of(&s.Strategy{Name: "mine", Open: open, Traits: traits, Idioms: idioms})
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range of.Ways {
				if text := Contradiction(w.Gives); text != "" {
					t.Errorf("with %+v: %s", traits, text)
				}
			}
		}
	})
	if got := Contradiction([]string{"reject", "nested", "queue"}); got != "queue and reject exclude each other: a pool that queues without bound is never full" {
		t.Errorf("got %q", got)
	}
	if got := Contradiction([]string{"block", "reject"}); got != "" {
		t.Errorf("a pool may have a submit that waits and one that does not: %q", got)
	}
}

func TestNamesAndWordsTellGuaranteesApart(t *testing.T) {
	said := make(map[string]bool)
	for _, g := range All {
		if g.Name == "" || g.Doc == "" || said[g.Name] || said[g.Doc] || strings.ToLower(g.Name) != g.Name {
			t.Errorf("%q: %q", g.Name, g.Doc)
		}
		said[g.Name], said[g.Doc] = true, true
	}
}
