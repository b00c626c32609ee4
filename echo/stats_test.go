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

// workers are a server that other processes serve for.
type workers struct{ answered uint64 }

func (w *workers) Counts() echo.Counts { return echo.Counts{Messages: w.answered} }
func (w *workers) PIDs() []int         { return []int{30, 10} }

func TestStatsFollowWhoeverCountsAndKeepWhatHeCounted(t *testing.T) {
	var stats echo.Stats
	w := &workers{answered: 3}
	leave := stats.Follow(w)
	w.answered = 5
	if got := stats.Read().Messages; got != 5 {
		t.Errorf("%d messages, want 5", got)
	}
	if got := stats.PIDs(); !slices.Equal(got, []int{10, 30}) {
		t.Errorf("processes %v", got)
	}
	leave()
	w.answered = 7
	if got := stats.Read().Messages; got != 5 {
		t.Errorf("%d messages after the end, want 5", got)
	}
	if got := stats.PIDs(); len(got) != 0 {
		t.Errorf("processes %v after the end", got)
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
