package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"runtime"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// handler makes the answers; nil upper-cases. Tests put one here that panics.
var handler func(message []byte) []byte

// A way is a strategy or a server with what it is to serve with.
type way struct {
	name    string
	unit    echo.Dispatch
	owns    bool   // the listening socket, and so there is no unit
	limit   int    // 0: there is none
	limited string // what the limit counts
	serve   func(ctx context.Context, ln net.Listener, o echo.Options) error
}

func (w *way) String() string {
	text := w.name
	if !w.owns {
		text += fmt.Sprintf(", a task per %v", w.unit)
	}
	if w.limit > 0 {
		text += fmt.Sprintf(", limit %d %s", w.limit, w.limited)
	}
	return text
}

// way finds what the flags name. The notes are about flags that do not apply.
func (o *serveOptions) way(given func(flag string) bool) (w *way, notes []string, err error) {
	if err := catalog.Validate(); err != nil {
		return nil, nil, err
	}
	var unit echo.Dispatch
	if err := unit.UnmarshalText([]byte(o.unit)); err != nil {
		return nil, nil, err
	}
	if chosen, servers := chooseContenders([]string{o.strategy}); len(chosen) > 0 {
		w = o.strategyWay(chosen[0], unit)
	} else {
		w = o.serverWay(servers[0])
	}
	if given("limit") && w.limit == 0 {
		notes = append(notes, fmt.Sprintf("%s has no limit: --limit %d does not apply", w.name, o.limit))
	}
	switch {
	case !given("unit"):
	case w.owns:
		notes = append(notes, fmt.Sprintf("%s runs no tasks: --unit %s does not apply", w.name, o.unit))
	case w.unit != unit:
		notes = append(notes, fmt.Sprintf("%s serves messages only: --unit %s does not apply", w.name, o.unit))
	}
	return w, notes, nil
}

// strategyWay serves with a pool.
func (o *serveOptions) strategyWay(s *strategies.Strategy, unit echo.Dispatch) *way {
	w := &way{name: s.Name, unit: unit, limited: unit.String() + "s at once"}
	transform := handler
	if s.OpenRemote != nil {
		w.unit, w.limited, transform = echo.PerMessage, "processes", nil
	}
	limit := cmp.Or(o.limit, s.DefaultLimit(runtime.GOMAXPROCS(0)))
	if hasLimit(s) {
		w.limit = limit
	}
	w.serve = func(ctx context.Context, ln net.Listener, o echo.Options) error {
		o.Transform = transform
		return pooled.Serve(ctx, ln, s, limit, o)
	}
	return w
}

// hasLimit says that a strategy does what its limit says, and has a use for it.
func hasLimit(s *strategies.Strategy) bool {
	return s.Traits.Limit != strategies.LimitNone && s.Traits.Capacity != strategies.CapacitySequential
}

// serverWay serves with what owns the socket.
func (o *serveOptions) serverWay(s *echo.Server) *way {
	limit := cmp.Or(o.limit, s.DefaultLimit(runtime.GOMAXPROCS(0)))
	w := &way{name: s.Name, owns: true, limited: s.Limit.String()}
	if s.Limit != echo.LimitNone {
		w.limit = limit
	}
	w.serve = func(ctx context.Context, ln net.Listener, o echo.Options) error {
		if s.Limit != echo.LimitProcesses { // which have the handler from their hook
			o.Transform = handler
		}
		return s.Serve(ctx, ln, limit, o)
	}
	return w
}
