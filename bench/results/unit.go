package results

// A Unit is something that is measured, with what a reader must know of it.
type Unit struct {
	Name   string
	Better string // "lower" or "higher"
	Doc    string
}

// Units lists every custom unit, in the order in which a line gives them.
var Units = []Unit{
	{NsPerTask, "lower", "time that passed, per task"},
	{XRef, "lower", "time as a multiple of that of the reference, which took turns with it"},
	{CPUNsPerTask, "lower", "CPU time of all processes involved, per task"},
	{CPUXRef, "lower", "CPU time as a multiple of that of the reference"},
	{Efficiency, "higher", "share of the ideal: the bare loop's time on as many CPUs as there are, through this time"},
	{SubmitNs, "lower", "time until the last task was handed over, per task; blocking included"},
	{BPerTask, "lower", "bytes allocated, per task"},
	{AllocsPerTask, "lower", "allocations, per task"},
	{DoneP50, "lower", "median time from submitting a task to its end"},
	{DoneP99, "lower", "99th percentile of the time from submitting a task to its end"},
	{PeakRSS, "lower", "largest memory that the operating system counted for the process, and for its worker processes"},
	{PeakStack, "lower", "largest memory in goroutine stacks"},
	{PeakGoroutines, "lower", "most goroutines at once"},

	{ReqRate, "higher", "right replies, per second"},
	{CPUNsPerReq, "lower", "CPU time of the server's processes, per request"},
	{P50, "lower", "median time from when a request was planned to its reply"},
	{P90, "lower", "90th percentile of that time"},
	{P99, "lower", "99th percentile of that time, of 10,000 requests at least"},
	{P999, "lower", "99.9th percentile of that time, of 100,000 requests at least"},
	{ServiceP50, "lower", "median time from when a request was written to its reply"},
	{ServiceP99, "lower", "99th percentile of that time"},
	{LagP99, "lower", "99th percentile of how late the generator wrote requests"},
	{GenCPU, "lower", "CPU time of the load generator, per request"},
	{OfferedRate, "higher", "requests that were planned, per second"},
	{Answered, "higher", "share of the planned requests that were answered while more were sent"},
	{FailedReq, "lower", "requests that got no right reply and never will"},
	{UnansweredReq, "lower", "requests without a reply at the end"},
	{Invalid, "lower", "share of the turns that are invalid, such as by a late load generator; their figures are left out"},
	{Goroutines, "lower", "goroutines of the server's own process under load"},
	{Starved, "lower", "connections that wait for a place at the end"},
	{Rejected, "lower", "connections that were turned away"},
	{OpenConns, "higher", "connections that stood at the end"},
	{BPerConn, "lower", "resident memory of the server's processes, per open connection"},
	{RSSGrowth, "lower", "by how much the resident memory of the server's processes grows, per second"},
	{Crashed, "lower", "share of the turns in which the server's process died"},
}

// The names of the units.
const (
	NsPerTask      = "ns/task"
	XRef           = "x-ref"
	CPUNsPerTask   = "cpu-ns/task"
	CPUXRef        = "cpu-x-ref"
	Efficiency     = "efficiency"
	SubmitNs       = "submit-ns/task"
	BPerTask       = "B/task"
	AllocsPerTask  = "allocs/task"
	DoneP50        = "done-p50-ns"
	DoneP99        = "done-p99-ns"
	PeakRSS        = "peak-RSS-bytes"
	PeakStack      = "peak-stack-bytes"
	PeakGoroutines = "peak-goroutines"

	ReqRate       = "req/s"
	CPUNsPerReq   = "cpu-ns/req"
	P50           = "p50-ns"
	P90           = "p90-ns"
	P99           = "p99-ns"
	P999          = "p99.9-ns"
	ServiceP50    = "service-p50-ns"
	ServiceP99    = "service-p99-ns"
	LagP99        = "lag-p99-ns"
	GenCPU        = "gen-cpu-ns/req"
	OfferedRate   = "offered-req/s"
	Answered      = "answered-share"
	FailedReq     = "failed-req"
	UnansweredReq = "unanswered-req"
	Invalid       = "invalid-share"
	Goroutines    = "goroutines"
	Starved       = "starved-conns"
	Rejected      = "rejected-conns"
	OpenConns     = "open-conns"
	BPerConn      = "B/conn"
	RSSGrowth     = "RSS-growth-B/s"
	Crashed       = "crashed-share"
)

// Settings of the head that come while the rest of the file is measured: what
// the rates of open loops are shares of, in requests per second.
const (
	CommonCapacity  = "capacity"
	HandlerCapacity = "handler-capacity"

	// What the common capacity was found from: what the reference answers in a
	// closed loop, and the CPU time of a request that comes alone.
	ClosedCapacity = "closed-capacity"
	LoneDemand     = "lone-demand"
)
