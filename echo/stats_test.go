package echo_test

import (
	"testing"

	"github.com/poolbench/poolbench/echo"
)

func BenchmarkStatsRead(b *testing.B) {
	const connections = 1000
	server := startPool(b, echo.Options{}, goroutines())
	for range connections {
		dial(b, server)
	}
	server.eventually(b, "all connections", func(c echo.Counts) bool { return c.Active == connections })
	for b.Loop() {
		server.stats.Read()
	}
}
