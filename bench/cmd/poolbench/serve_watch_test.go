package main

import (
	"net"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/echo"
)

func TestNoConnectionStarvesWhereThereIsNoLimit(t *testing.T) {
	for _, c := range []struct {
		limit, most int
		says        string // at the end
		line        string // while it serves
	}{
		{0, 1, "served 0 messages on 0 connections", "12 connections, 0 messages"},
		{2, 1, "served 0 messages on 0 connections; up to 1 connection at once starved behind the limit of 2 connections at once", "12 connections, 7 starving, 0 messages"},
		{2, 3, "served 0 messages on 0 connections; up to 3 connections at once starved behind the limit of 2 connections at once", "12 connections, 7 starving, 0 messages"},
		{2, 0, "served 0 messages on 0 connections", "12 connections, 7 starving, 0 messages"},
	} {
		w := newServeWatch(&way{name: "mine", limit: c.limit, limited: "connections at once"}, &net.TCPAddr{}, new(echo.Stats))
		w.see(echo.Counts{Active: 5, Starved: c.most})
		w.see(echo.Counts{Active: 5, Starved: c.most}) // two looks: it was not just about to be served
		if got := w.summary(); got != c.says {
			t.Errorf("limit %d: it says %q, want %q", c.limit, got, c.says)
		}
		if got := w.line(w.see(echo.Counts{Active: 5, Starved: 7})); !strings.HasPrefix(got, c.line+", ") {
			t.Errorf("limit %d: the line is %q, want %q", c.limit, got, c.line)
		}
		if got := w.figures().MostStarved; got > 0 != (c.limit > 0 && c.most > 0) && c.most > 0 {
			t.Errorf("limit %d: the figures say that %d starved", c.limit, got)
		}
	}
}
