module github.com/poolbench/poolbench/bench/cmd/poolbench

go 1.26.0

tool (
	github.com/poolbench/poolbench/bench/cmd/poolbench
	golang.org/x/perf/cmd/benchstat
)

require (
	github.com/rogpeppe/go-internal v1.16.0 // testscript, for tests of the command
	github.com/spf13/cobra v1.10.2 // commands, flags, completion
	github.com/spf13/pflag v1.0.9 // what is wrong with a flag
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da // benchstat
	golang.org/x/sys v0.49.0 // a terminal, for tests
	golang.org/x/term v0.47.0 // tells a terminal from a file
	pgregory.net/rapid v1.3.0 // tests of properties
	github.com/poolbench/poolbench v0.1.0
	github.com/poolbench/poolbench/strategies v0.1.0
	github.com/poolbench/poolbench/strategies/catalog v0.1.0
)
