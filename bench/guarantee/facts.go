package guarantee

import (
	"fmt"

	"github.com/poolbench/poolbench/strategies"
)

// Facts are what is declared and seen of a strategy, or of a variant of it.
type Facts struct {
	strategies.Traits
	Offers strategies.Offers
	Idioms []strategies.Idiom
}

// FactsOf returns the facts of a strategy as it is opened by default. What its
// pools offer is seen by opening one; a pool of processes, which is slow to open,
// offers nothing besides.
func FactsOf(s *strategies.Strategy) (Facts, error) {
	f := Facts{Traits: s.Traits, Offers: strategies.Offers{Remote: s.OpenRemote != nil}, Idioms: s.Idioms}
	if s.Open == nil {
		return f, nil
	}
	pool, err := s.Open(1)
	if err == nil {
		f.Offers = strategies.OffersOf(pool)
		err = pool.Close()
	}
	if err != nil {
		err = fmt.Errorf("look at what a pool of strategy %s offers: %w", s.Name, err)
	}
	return f, err
}
