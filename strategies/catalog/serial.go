package catalog

import "github.com/poolbench/poolbench/strategies"

// Serial runs tasks one after the other, in the goroutine that submits them.
var Serial = &strategies.Strategy{
	Name: "serial",
	Doc: `no concurrency: each task runs in the caller's goroutine

It is the floor: what the tasks cost without anything that runs them at once.
Use it when a task is so short that handing it over costs more than running it.
Do not use it when tasks wait for something, or when other CPUs are idle.`,
	URL:  "https://go.dev/ref/spec#Calls",
	Open: limited(func(int) (strategies.Pool, error) { return serial{}, nil }),
	Traits: strategies.Traits{
		Limit:    strategies.LimitNone, // as many tasks run at once as there are goroutines that submit
		Panic:    strategies.PanicSubmitter,
		Goexit:   strategies.GoexitSubmitter,
		Closed:   strategies.ClosedReusable, // Close has nothing to end
		Capacity: strategies.CapacitySequential,
	},
}

type serial struct{}

func (serial) Go(task func()) error {
	task()
	return nil
}

func (serial) Close() error { return nil }
