// Package strategytest is the conformance kit: it proves that a strategy keeps
// the guarantees that its traits declare.
//
// Speed is compared only between strategies that are known to do the same
// work. [Rules] lists what that means, a table of eighteen rules in words. The
// same table drives subtests,
//
//	func TestMine(t *testing.T) { strategytest.Run(t, mine.Strategy) }
//
// a returned error ([Check]) and a report ([Examine]).
//
// A rule passes when the behaviour equals the declared traits. Declaring less
// than the pool can do fails as surely as declaring more: a pool that declares
// to crash on a panic and returns an error instead has a wrong row in every
// table that prints its traits. Values named Undefined are not exercised;
// RaceLate and RaceHangs need not be seen, for the moment in which a submit is
// late or hangs may be a few instructions long. A hang is a failure that names
// the rule and shows the goroutines that hang.
//
// Every [strategies.Option] is proved in the same way: a pool opened with it is a
// strategy of its own, with its own traits.
//
// A failure that follows from that of another rule says so and is listed below it,
// so that one defect has one cause: a worker that runtime.Goexit ends for good
// breaks the rule goexit, and the rule capacity in consequence.
//
// What a pool offers besides is held by the same rules. Of a
// strategies.Divider, rule 2 proves the limits of its parts, rule 4 that a part
// is closed by itself, and rule 9 what Cancel does with the tasks that wait in
// one. Rule 9 also proves of every idiom what becomes of the tasks that have not
// begun when one has failed.
//
// # Child processes
//
// Rules that provoke panics, runtime.Goexit, deadlocks and leaks run in a child
// process, which is the same program started again, so that a pool that
// misbehaves can be reported instead of taking its examiner along. How a child
// is started depends on the program:
//
//   - A program calls [Hook] first thing in main, or in TestMain. In the child
//     Hook never returns.
//   - In a test without the hook, the child is the test binary, started to run
//     only the test that called Run or Check. That test then runs up to that
//     call in the child, too: what it does before should be harmless to repeat.
//   - Elsewhere nothing is started. What the declared traits say is harmless is
//     proved in this process, and the rest is reported as [NotProved].
package strategytest
