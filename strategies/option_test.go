package strategies_test

import (
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// optional returns a sound declaration with one option.
func optional() *strategies.Strategy {
	s := valid()
	s.Module = "example.com/mine"
	s.Options = []strategies.Option{{
		Name:   "nonblocking",
		Doc:    "mine with NonBlocking: a full pool refuses\n\nUse it when a submitter must not wait,\nnot when it must.",
		Traits: strategies.Traits{Full: strategies.FullRejects},
		Open:   s.Open,
		Idioms: s.Idioms,
	}}
	return s
}

func TestAVariantIsTheStrategyOpenedInAnotherWay(t *testing.T) {
	s := optional()
	s.Traits.Panic = strategies.PanicCrashes
	all := strategies.WithVariants(valid(), s)
	if len(all) != 3 || all[1] != s {
		t.Fatalf("of two strategies with one option come %d", len(all))
	}
	v := all[2]
	if v.Name != "mine+nonblocking" || v.URL != s.URL || v.Module != s.Module || v.Open == nil || len(v.Idioms) != 1 ||
		v.Traits != (strategies.Traits{Full: strategies.FullRejects}) || v.Title() != "mine with NonBlocking: a full pool refuses" {
		t.Errorf("the variant is %+v", v)
	}
	if len(v.Variants()) != 0 {
		t.Error("a variant has options of its own")
	}
}

func TestOptionsAreValidatedLikeStrategies(t *testing.T) {
	if err := strategies.Validate(optional()); err != nil {
		t.Error(err)
	}
	if err := strategies.Validate(optional().Variants()...); err != nil {
		t.Errorf("a variant by itself: %v", err)
	}
	if err := strategies.Validate(append(optional().Variants(), optional())...); err == nil {
		t.Error("a variant may be listed twice")
	}
	for want, spoil := range map[string]func(o *strategies.Option){
		`strategy "mine+Non-blocking": name of the option: want lower-case`:                  func(o *strategies.Option) { o.Name = "Non-blocking" },
		`strategy "mine+": name of the option: want lower-case`:                              func(o *strategies.Option) { o.Name = "" },
		`strategy "mine+nonblocking": Doc has no title`:                                      func(o *strategies.Option) { o.Doc = "" },
		`strategy "mine+nonblocking": exactly one of Open and OpenRemote must be set`:        func(o *strategies.Option) { o.Open = nil },
		`strategy "mine+nonblocking": Traits.Full has no value 99`:                           func(o *strategies.Option) { o.Traits.Full = 99 },
		`strategy "mine+nonblocking": idiom "": name: want lower-case letters and digits`:    func(o *strategies.Option) { o.Idioms = []strategies.Idiom{{}} },
		`strategy "mine+nonblocking+twice": name of the option: want lower-case letters and`: func(o *strategies.Option) { o.Name += "+twice" },
	} {
		s := optional()
		spoil(&s.Options[0])
		found(t, strategies.Validate(s), want)
	}
	twice := optional()
	twice.Options = append(twice.Options, twice.Options[0])
	found(t, strategies.Validate(twice), `strategy "mine+nonblocking" is declared twice`)
	plus := valid()
	plus.Name = "mine+nonblocking"
	found(t, strategies.Validate(plus), `strategy "mine+nonblocking": name: want lower-case`)
}
