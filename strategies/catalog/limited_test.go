package catalog_test

import (
	"testing"

	"github.com/poolbench/poolbench/strategies/catalog"
)

func TestEveryStrategyRefusesALimitBelowOne(t *testing.T) {
	for _, s := range catalog.All {
		for _, limit := range []int{0, -1} {
			var err error
			if s.OpenRemote != nil {
				_, err = s.OpenRemote(limit)
			} else {
				_, err = s.Open(limit)
			}
			if err == nil {
				t.Errorf("%s opens a pool of %d", s.Name, limit)
			}
		}
	}
}
