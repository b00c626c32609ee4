package echo_test

import (
	"context"
	"fmt"
	"net"
	"testing"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/eventloop"
)

// ownLoops are event loops of our own, which share no code with Serve and so
// have the same tests to pass. Any number of connections is served at once.
func ownLoops(int) (all []way) {
	for _, loops := range []int{1, 3} {
		all = append(all, way{fmt.Sprintf("eventloop/%d", loops), func(t testing.TB, o echo.Options) *started {
			return start(t, o, func(ctx context.Context, ln net.Listener, o echo.Options) error {
				return eventloop.Serve(ctx, ln, loops, o)
			})
		}})
	}
	return all
}
