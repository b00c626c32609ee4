package catalog

import (
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/processes"
)

// Processes runs jobs in worker processes.
var Processes = &strategies.Strategy{
	Name: "processes",
	Doc: `worker processes fed over pipes, as Python's ProcessPoolExecutor

Use it for jobs that must not share a process with the program: they may crash,
be killed, leak memory, or call into code that does.
Do not use it to use more CPUs: goroutines do that at a few per cent of the price.
A job is data, its arguments and result are copied, and a round trip costs tens
of microseconds.`,
	URL:        "https://pkg.go.dev/github.com/poolbench/poolbench/strategies/processes",
	OpenRemote: processes.Open,
	Traits: strategies.Traits{
		Full:  strategies.FullQueues,
		Panic: strategies.PanicReturned,
	},
}
