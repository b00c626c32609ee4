package bench

import (
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

func TestKindsFollowFromTraits(t *testing.T) {
	all := []*strategies.Strategy{
		{Name: "one", Traits: strategies.Traits{Capacity: strategies.CapacityNone}},
		{Name: "two"},
		{Name: "three", OpenRemote: func(int) (strategies.RemotePool, error) { return nil, nil }},
	}
	if got, want := Kinds(all), "one=floor two=pool three=remote"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
