package strategytest

import "slices"

// A Rule is a guarantee that every strategy gives, or waives by a trait.
type Rule struct {
	Number int
	Name   string // a slug, and the name of the rule's subtest
	Text   string // the rule in words
	Trait  string // what waives it: fields of strategies.Traits or strategies.Idiom; empty if nothing does

	prove    func(*trial) error
	provokes bool // a pool that breaks the rule may crash, hang or leak: proved in a child process
	waits    bool // mostly waits for idle workers to leave
}

// Rules returns the rules in the order of their numbers.
func Rules() []Rule { return slices.Clone(table()) }

// table is the one table of rules. What proves a rule stands in the file of its
// family.
func table() []Rule {
	return []Rule{
		{1, "exactly-once", "Every accepted task runs exactly once: accepted = run + cancelled, under several submitting goroutines.",
			"", runsExactlyOnce, false, false},
		{2, "limit", "Never more than limit tasks run at once, under concurrent submitters, while workers start, idle out and restart; a part of a pool keeps its own limit and that of the whole.",
			"Limit", keepsLimit, false, true},
		{3, "full", "When full, Go does what is declared: it blocks, buffers, queues or rejects. TryGo returns at once, and GoContext when its context ends.",
			"Full", actsWhenFull, false, false},
		{4, "close", "Close waits for every accepted task and releases every waiter; afterwards no goroutine is left, also when the pool was busy, full or closed twice. Close of a part waits for that part alone.",
			"", closes, true, false},
		{5, "panic", "A task's panic does what is declared: Close re-raises it or returns it as an error, a handler gets it, it reaches the submitter, it is logged or swallowed, or it crashes the process.",
			"Panic", handlesPanic, true, false},
		{6, "slots", "Capacity survives panics: with limit 1 and every task panicking, blocked submitters still finish promptly.",
			"Slots", survivesPanics, true, false},
		{7, "goexit", "runtime.Goexit in a task neither hangs Close nor loses a worker, and a waiter for that task gets an error.",
			"Goexit", survivesGoexit, true, false},
		{8, "nested", "A task may submit a task to its own pool.",
			"Nested", nests, true, false},
		{9, "cancel", "After Cancel no task that waits in the pool or in a part of it starts, and Close returns; after the first error of an idiom's tasks none starts but at most limit that race it.",
			"Cancel, Parts, Idiom.Continues", cancels, true, false},
		{10, "race", "A submit that races Close is accepted and run or gets an error: no panic, no lost task.",
			"Race", racesClose, true, false},
		{11, "closed", "After Close a submit is refused with an error.",
			"Closed", actsWhenClosed, true, false},
		{12, "panic-once", "A panic that was reported is not reported again.",
			"PanicOnce", forgetsPanic, true, false},
		{13, "results", "Each result arrives exactly once and in the order of the inputs, after the last task unless it streams; no wait returns while a task it covers still runs.",
			"Idiom.Streams, Idiom.Unordered", returnsResults, false, false},
		{14, "capacity", "Free capacity is used: limit tasks overlap, a worker that becomes free, however it did, wakes a waiting submitter, and no task waits, or is rejected, because one part of the pool is full while another is idle.",
			"Capacity", usesCapacity, true, false},
		{15, "idle", "A task that is submitted after a pause longer than the pool's purge interval runs.",
			"Idle, Purge", wakesFromIdle, false, true},
		{16, "resize", "A new limit holds at once, in both directions, also while the pool is busy.",
			"Resize", resizes, false, true},
		{17, "sharing", "Two pools of one strategy share nothing.",
			"Sharing", sharesNothing, true, false},
		{18, "errors", "When several tasks fail, all their errors surface, joined.",
			"Idiom.Errors", returnsErrors, false, false},
	}
}
