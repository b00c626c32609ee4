package catalog

import (
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/prefork"
)

// Prefork is the server of several processes.
var Prefork = &echo.Server{
	Name: "prefork",
	Doc: `processes that accept from one listening socket, as a ProcessPoolExecutor's would

Use it when a crash or a leak may cost only some of the connections, or when
what answers them must not use more than one CPU.
Do not use it to use more CPUs: goroutines do that, and share out the
connections evenly, which the kernel does not.
A cap on connections is shared out among the processes, and what a process that
is killed had counted since it was last asked is lost.`,
	URL:    "https://pkg.go.dev/github.com/poolbench/poolbench/echo/prefork",
	Limit:  echo.LimitProcesses,
	Traits: echo.Traits{Panic: echo.PanicProcess},
	Serve:  prefork.Serve,
}
