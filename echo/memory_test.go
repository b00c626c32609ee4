//go:build unix

package echo_test

import (
	"runtime"
	"testing"

	"github.com/poolbench/poolbench/echo"
)

func TestIdleConnectionsHoldNoBuffers(t *testing.T) {
	const connections, readSize = 64, 1 << 20
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			server := startPool(t, echo.Options{Dispatch: unit, ReadSize: readSize}, goroutines())
			before := heap()
			for range connections {
				exchange(t, dial(t, server), "a", "A")
			}
			server.eventually(t, "all answered and idle", func(c echo.Counts) bool {
				return c.Messages == connections && heap() < before+connections*readSize/4
			})
		})
	}
}

// heap returns the bytes that are reachable. Two collections empty a sync.Pool.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
