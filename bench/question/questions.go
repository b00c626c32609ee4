package question

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// All lists every question, in the order in which users ask them. A question
// that is not in it is asked nowhere.
var All = []*Question{Goroutine, UseSemaphore, MemoryUse, Submit, Grain, Stack, Contention, Overload, Results, Failure, Server}

// The questions.
var (
	Goroutine = &Question{
		Slug: "goroutine", Ask: "Is a pool faster than go f(), and up to what task size?",
		Parts: []Part{
			Lengths{ByLength, Reference},
			Places{Groups: bench.FamilyWork.Groups, Baseline: Reference, Where: load},
		},
		Notes: []Part{note((*Evidence).machine)},
	}

	UseSemaphore = &Question{
		Slug: "semaphore", Ask: "Does a library beat a five-line channel semaphore?",
		Parts: []Part{
			Lengths{ByLength, Semaphore},
			Places{Groups: []*bench.Group{bench.GroupSubmit2, bench.GroupSubmit1024}, Baseline: Semaphore, Worse: true, Where: func(g *Group) string {
				return fmt.Sprintf("Under a limit of %s, for %s", g.Limit(), g.Load())
			}},
		},
	}

	MemoryUse = &Question{
		Slug: "memory", Ask: "How much memory does a pool really save?",
		Parts: []Part{peaksOf{bench.FamilyMemory.Groups}, footprint{bench.GroupFootprint}},
	}

	Submit = &Question{
		Slug: "submit", Ask: "What does a submit cost, what completes per second, and how long is it from submit to done?",
		Parts: []Part{
			Spread{bench.GroupSubmit, results.SubmitNs, "Submitting one empty task takes %s."},
			throughput{bench.GroupSubmit},
			Spread{bench.GroupLatency, results.DoneP99, "In a burst of empty tasks, the 99th percentile of the time from submit to done is %s."},
		},
	}

	Grain = &Question{
		Slug: "grain", Ask: "How small may tasks be before overhead costs half the CPU?",
		Parts: []Part{granularity{bench.FamilyGrain.Groups, Levels}, granularity{bench.FamilyTight.Groups, Levels[:1]}},
	}

	Stack = &Question{
		Slug: "stack", Ask: "When does reusing goroutines pay, and how does that depend on the depth of the stack?",
		Parts: []Part{
			Places{Groups: bench.FamilyStack.Groups, Baseline: Reference, Where: load, Always: "It pays at every depth of stack that was measured: for %s"},
		},
	}

	Contention = &Question{
		Slug: "contention", Ask: "Which strategies slow down with many submitters?",
		Parts: []Part{
			manySubmitters{bench.FamilyContention.Groups},
			Places{Groups: bench.FamilyContention.Groups, Baseline: Reference, Worse: true, Reverse: true, Where: func(g *Group) string {
				return fmt.Sprintf("With %s goroutines that submit %s %s", g.Key("submitters"), g.Key("tasks"), g.Load())
			}},
		},
	}

	Overload = &Question{
		Slug: "overload", Ask: "When full or overloaded, does it block, queue or reject?",
		Changes: []string{
			"The longer the overload lasts, the later the replies: requests that wait for a worker pile up.",
			"Where a handler computes instead of waiting, no limit gets more out of the machine.",
		},
		Parts: []Part{underOverload{bench.FamilyEchoOverload.Groups, bench.GroupEchoStarving}},
		Notes: []Part{
			note(func(e *Evidence) string { return e.elsewhere("waits") }),
			note(func(e *Evidence) string {
				if text := e.declared(bench.TraitFull); text != "" {
					return "What a submit to a full pool does, as declared and proved by \"poolbench check\": " + text + "."
				}
				return ""
			}),
		},
	}

	Results = &Question{
		Slug: "results", Ask: "How should results come back: wait for each, collect after shutdown, callback, or the library's own way?",
		Changes: []string{"The longer a task, the more CPUs stand idle where each result is waited for: one task runs at a time."},
		Parts: []Part{
			patternCost{bench.GroupResults, workload.WaitEach, "Waiting for each result before the next submit makes a program serial", "it takes"},
			patternCost{bench.GroupResults, workload.Collect, "Keeping futures until the pool is closed takes a pool for each batch", "it takes"},
			patternCost{bench.GroupResults, workload.Native, "The libraries have ways of their own to return results", "they take"},
			peersOf{bench.GroupPeers},
		},
		Notes: []Part{note(func(e *Evidence) string { return e.withoutPython(bench.GroupPeers, "The same in Python was") })},
	}

	Failure = &Question{
		Slug: "failure", Ask: "How are a panic, an error and a cancel reported, and can nested submits deadlock?",
		Changes: []string{"If the handler recovers by itself, a panic reaches neither the server nor other clients. A panic in a goroutine that the handler starts ends any server: nothing else can recover it."},
		Parts: []Part{
			failures{bench.FamilyEchoFailure.Groups},
			declaredIn{
				{bench.TraitPanic, "A task's panic, by strategy"},
				{bench.TraitServerPanic, "A handler's panic, by server that owns its socket"},
				{bench.TraitErrors, "Of several errors, by a library's own way of mapping inputs"},
				{bench.TraitCancel, "After a cancel, where there is one"},
				{bench.TraitNested, "Submitting from within a task to the same pool"},
			},
		},
	}

	Server = &Question{
		Slug: "server", Ask: "For a network server: task per connection or task per message, pool or plain goroutines, event loop or processes?",
		Parts: []Part{
			serverCPU{bench.GroupEchoCapacity}, ownCapacity{bench.GroupEchoCapacity}, perMessage{bench.GroupEchoCapacity}, external{bench.GroupEchoCapacity},
			atRates{bench.FamilyEchoRate.Groups}, idleMemory{bench.GroupEchoIdle}, churn{bench.GroupEchoChurn}, pythonServers{bench.GroupEchoCapacity},
		},
		Notes: []Part{note(func(e *Evidence) string {
			return e.withoutPython(bench.GroupEchoCapacity, "Servers in Python were")
		})},
	}
)

// ByLength are the groups that differ in the length of a task, from the empty task
// on.
var ByLength = append([]*bench.Group{bench.GroupSubmit}, bench.FamilyGrain.Groups...)

// machine says where an answer holds.
func (e *Evidence) machine() string {
	release, cpu, cpus := e.Setting("go"), e.Setting("cpu"), ""
	switch {
	case release == "":
		return ""
	case cpu == "":
		return "Measured with " + release + "."
	}
	if n := e.Setting("gomaxprocs"); n != "" {
		cpus = " (" + n + " CPUs)"
	}
	return "Measured with " + release + " on " + cpu + cpus + "."
}

// withoutPython says that a group has no peers for want of an interpreter.
func (e *Evidence) withoutPython(group *bench.Group, what string) string {
	peer := e.Group(group).first(func(r *Row) bool { return bench.IsPeer(r.Strategy) })
	if e.plain || peer != nil || e.Setting("python") != "" {
		return ""
	}
	return what + " not measured: no usable python3 was found."
}
