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
)
