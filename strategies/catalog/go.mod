module github.com/poolbench/poolbench/strategies/catalog

go 1.26.0

require (
	github.com/alitto/pond/v2 v2.7.1 // strategy pond
	github.com/cloudwego/netpoll v0.7.2 // server netpoll
	github.com/gammazero/workerpool v1.3.0 // strategy workerpool
	github.com/panjf2000/ants/v2 v2.12.1 // strategy ants
	github.com/poolbench/poolbench v0.1.0
	github.com/poolbench/poolbench/strategies v0.1.0
	github.com/poolbench/poolbench/strategies/stealing v0.1.0
	github.com/sourcegraph/conc v0.3.0 // strategy conc
	golang.org/x/sync v0.24.0 // strategies weighted and errgroup
)

require (
	go.uber.org/goleak v1.3.0
	pgregory.net/rapid v1.3.0
)

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0 // indirect
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	github.com/bytedance/gopkg v0.1.1 // indirect
	github.com/cloudwego/gopkg v0.1.4 // indirect
	github.com/gammazero/deque v1.2.2 // indirect
	go.uber.org/atomic v1.7.0 // indirect
	go.uber.org/multierr v1.9.0 // indirect
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace (
	github.com/poolbench/poolbench => ../..
	github.com/poolbench/poolbench/strategies => ..
	github.com/poolbench/poolbench/strategies/stealing => ../stealing
)
