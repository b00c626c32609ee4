package bench

import (
	"testing"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

func TestKindsFollowFromTraits(t *testing.T) {
	all := []*strategies.Strategy{
		{Name: "one", Traits: strategies.Traits{Capacity: strategies.CapacitySequential}},
		{Name: "two"},
		{Name: "three", OpenRemote: func(int) (remote.Pool, error) { return nil, nil }},
	}
	selection := Selection{Strategies: all, Servers: []*echo.Server{{Name: "four"}}, Peers: []string{"five"}}
	if got, want := Kinds(selection), "one=floor two=pool three=remote four=server five=peer"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
