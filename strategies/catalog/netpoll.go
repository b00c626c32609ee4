package catalog

import (
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies/catalog/netpoll"
)

// Netpoll is the server on github.com/cloudwego/netpoll's event loops.
var Netpoll = &echo.Server{
	Name: "netpoll",
	Doc: `cloudwego/netpoll: event loops that read, and goroutines that answer

Use it when many connections are idle, each of which would otherwise hold a
goroutine, and when clients neither stop reading nor half-close.
Do not use it when a client may send and never read, for memory is the only
limit until WriteTimeout; nor when clients close their sending side before they
have their answers, or when a drain must lose nothing.
IdleTimeout is this module's, resets are counted only when an answer meets them,
and what the library has to say goes to standard error. Not on Windows.`,
	URL:     "https://www.cloudwego.io/docs/netpoll/",
	Module:  "github.com/cloudwego/netpoll",
	Limit:   echo.LimitLoops,
	Advised: netpoll.Loops,
	Traits: echo.Traits{
		HalfClose: echo.HalfCloseCut,    // the poller takes RDHUP for the end, and Flush refuses from then on
		Drain:     echo.DrainMayLose,    // Shutdown closes the listener first, and what seems idle without another look
		Pressure:  echo.PressureBuffers, // the poller reads on while OnRequest waits in Flush
	},
	Serve: netpoll.Serve,
}
