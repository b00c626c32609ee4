package strategytest

// A Rule is a promise that every strategy keeps, or withdraws by a trait.
type Rule struct {
	Number int
	Name   string // a slug, and the name of the rule's subtest
	Text   string // the rule in words
	Trait  string // the fields of strategies.Traits that relax it; empty if nothing does
}

// Rules returns the rules in order of their numbers.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// rules is the table. What proves a rule stands in the file of its family.
var rules = []Rule{
	{1, "exactly-once", "Every accepted task runs exactly once: accepted = run + cancelled, under several submitting goroutines.", ""},
	{2, "limit", "Never more than limit tasks run at once, under concurrent submitters, while workers start, idle out and restart.", "Limit"},
	{3, "full", "When full, it does what it declares: blocks, buffers, queues or rejects.", "Full"},
	{4, "close", "Close waits for every accepted task and frees everyone who waits on the pool; afterwards no goroutine is left, also when the pool was busy, full or closed twice.", ""},
	{5, "panic", "A panicking task does what is declared: it is re-raised, returned as an error, reaches the submitter, is swallowed, or crashes the process.", "Panic"},
	{6, "slots", "Capacity survives panics: with limit 1 and every task panicking, blocked submitters still finish promptly.", "Slots"},
	{7, "goexit", "runtime.Goexit in a task neither hangs Close nor loses a place, and whoever waits for that task is told.", "Goexit"},
	{8, "nested", "A task may submit a task to its own pool.", "Nested"},
	{9, "cancel", "After Cancel no task that waits in the pool starts, and Close returns.", "Cancel"},
	{10, "race", "A submit that races Close is accepted and run or gets an error: no panic, no lost task.", "Race"},
	{11, "closed", "After Close a submit is rejected with an error.", "Closed"},
	{12, "memory", "A panic that was reported once is not reported again.", "Memory"},
	{13, "results", "Each result arrives exactly once, in the declared order, and no wait returns while a task it covers still runs.", ""},
	{14, "capacity", "Free capacity is used: limit tasks overlap, and a place that becomes free wakes whoever waits, at once.", "Capacity"},
	{15, "idle", "A task that is submitted after a pause longer than the pool's purge interval runs.", "Idle, Purge"},
	{16, "resize", "A new limit holds in both directions, also while the pool is busy.", "Resize"},
	{17, "sharing", "Two pools of one strategy share nothing.", "Sharing"},
	{18, "errors", "When several tasks fail, the errors that are declared surface.", "Idiom.Errors"},
}
