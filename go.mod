module github.com/poolbench/poolbench

go 1.26.0

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0 // latencies of the echo load, and its log format
	github.com/chromedp/cdproto v0.159.0 // the browser protocol, for chromedp
	github.com/chromedp/chromedp v0.23.0 // tests look at the page in a browser
	github.com/poolbench/poolbench/strategies v0.1.0
	go.uber.org/goleak v1.3.0 // tests look for leaked goroutines
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da // the Go benchmark format; benchstat
	golang.org/x/sys v0.49.0 // CPU clocks, and exact sleep for the load
	pgregory.net/rapid v1.3.0 // tests of properties
)

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	github.com/davecgh/go-spew v1.1.2-0.20180830191138-d8f796af33cc // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
)

replace github.com/poolbench/poolbench/strategies => ./strategies
