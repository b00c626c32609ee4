package catalog

import (
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/eventloop"
)

// EventLoop is this module's own event loop.
var EventLoop = &echo.Server{
	Name: "eventloop",
	Doc: `poolbench's own event loop on Linux: one goroutine waits for many connections with epoll

Use it when connections are many and what answers them takes a few microseconds:
it needs hardly more CPU for a message than a server in C, and no goroutine or
buffer for an idle connection.
Do not use it when answering blocks or computes for long: meanwhile all
connections of the loop wait. It needs Linux, and a CPU that Go may use beyond
its loops, or the scheduler gets in the way while they wait.`,
	URL:     "https://pkg.go.dev/github.com/poolbench/poolbench/echo/eventloop",
	Limit:   echo.LimitLoops,
	Advised: func(cpus int) int { return cpus - 1 },
	Serve:   eventloop.Serve,
}
