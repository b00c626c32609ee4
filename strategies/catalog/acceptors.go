package catalog

import "github.com/poolbench/poolbench/echo"

// Acceptors is the server without a pool: accept loops that serve in place.
var Acceptors = &echo.Server{
	Name: "acceptors",
	Doc: `accept loops: each accepts a connection and serves it before it accepts the next

Use it to see what the simplest server does that serves several clients at once,
or when connections are short and their number must not pass a limit.
Do not use it when connections stay open: as many as there are loops are served,
and later ones wait in the kernel's queue until one of them leaves.`,
	URL:    "https://pkg.go.dev/github.com/poolbench/poolbench/echo#ServeAcceptors",
	Limit:  echo.LimitConnections,
	Traits: echo.Traits{Panic: echo.PanicServer},
	Serve:  echo.ServeAcceptors,
}
