package echo_test

import (
	"slices"
	"testing"

	"github.com/poolbench/poolbench/echo"
)

func TestCountsOfAnotherServerAreIncludedAndKept(t *testing.T) {
	var stats echo.Stats
	now := echo.Counts{Messages: 3, Active: 2}
	end := stats.Include(func() echo.Counts { return now })
	other := stats.Include(func() echo.Counts { return echo.Counts{Messages: 10} })
	if got := stats.Read(); got != (echo.Counts{Messages: 13, Active: 2}) {
		t.Errorf("two servers count %+v", got)
	}
	now = echo.Counts{Messages: 5}
	end()
	now.Messages = 100
	if got := stats.Read(); got != (echo.Counts{Messages: 15}) {
		t.Errorf("after the end of one they count %+v", got)
	}
	other()
}

func TestTheProcessesThatServeAreToldInOrderUntilTheyAreDismissed(t *testing.T) {
	var stats echo.Stats
	first := stats.Employ(func() []int { return []int{30, 10} })
	second := stats.Employ(func() []int { return []int{20} })
	if got := stats.PIDs(); !slices.Equal(got, []int{10, 20, 30}) {
		t.Errorf("processes %v", got)
	}
	first()
	if got := stats.PIDs(); !slices.Equal(got, []int{20}) {
		t.Errorf("after the end of one server processes %v", got)
	}
	second()
	if got := stats.PIDs(); len(got) != 0 {
		t.Errorf("after the end of both processes %v", got)
	}
}

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
