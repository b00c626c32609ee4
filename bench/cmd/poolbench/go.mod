module github.com/poolbench/poolbench/bench/cmd/poolbench

go 1.26.0

tool (
	github.com/poolbench/poolbench/bench/cmd/poolbench
	golang.org/x/perf/cmd/benchstat
)

require (
	github.com/poolbench/poolbench v0.1.0
	github.com/poolbench/poolbench/strategies v0.1.0
	github.com/poolbench/poolbench/strategies/catalog v0.1.0
	github.com/rogpeppe/go-internal v1.16.0 // testscript, for tests of the command
	github.com/spf13/cobra v1.10.2 // commands, flags, completion
	golang.org/x/term v0.47.0 // tells a terminal from a file
	pgregory.net/rapid v1.3.0 // tests of properties
)

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0 // indirect
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	github.com/alitto/pond/v2 v2.7.1 // indirect
	github.com/bytedance/gopkg v0.1.1 // indirect
	github.com/cloudwego/gopkg v0.1.4 // indirect
	github.com/cloudwego/netpoll v0.7.2 // indirect
	github.com/gammazero/deque v1.2.2 // indirect
	github.com/gammazero/workerpool v1.3.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/panjf2000/ants/v2 v2.12.1 // indirect
	github.com/poolbench/poolbench/strategies/stealing v0.1.0 // indirect
	github.com/sourcegraph/conc v0.3.0 // indirect
	github.com/spf13/pflag v1.0.9 // what is wrong with a flag
	go.uber.org/atomic v1.7.0 // indirect
	go.uber.org/multierr v1.9.0 // indirect
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da // indirect; benchstat
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // a terminal, for tests
	golang.org/x/tools v0.49.0 // indirect
)
