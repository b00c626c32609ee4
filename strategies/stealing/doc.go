// Package stealing is a bounded pool of goroutines for short tasks. It needs
// nothing but the standard library.
//
//	p := stealing.New(64)
//	for _, f := range tasks {
//		p.Go(f)
//	}
//	p.Close()
//
// [Pool.Go] takes any func. [Pool.Each] and [Map] are faster still where the
// number of tasks is known. A [Group] collects results and errors in order,
// and [Submit] returns a [Future] that can call back.
//
// # What is promised
//
//   - Never more than limit tasks run at once. A task that waits for other tasks
//     of its pool, in Wait, Result, Each or Map, does not count meanwhile: it
//     lends its slot, and goes on when it has one again.
//   - An accepted task runs exactly once, unless the pool is cancelled first;
//     those it keeps from starting are counted, and whoever waits for them is
//     told.
//   - The queue is bounded, and Go waits while it is full. Only a task that
//     submits is never made to wait, since nobody might be left to make room.
//   - Whenever a task waits and a slot is free, somebody is on the way to run
//     it. So N tasks that wait for one another run if the limit is N, even if
//     thousands of short ones came before.
//   - A panic surfaces where the task is awaited, with its stack, once. Neither
//     a panic nor runtime.Goexit costs a slot.
//   - After Close nothing is left running.
//
// No order is promised, not even at limit 1. Tasks start roughly in the order
// in which one goroutine submits them.
//
// Use something else for tasks of 10 microseconds and more: there every pool
// is as good. Use a plain loop if a task takes less than some 40 nanoseconds, or
// 20 with Each.
//
// # How it works
//
// A pool that hands over one task at a time cannot be fast: a hand-over that
// wakes somebody costs 300 to 900 ns, a channel 50 and more, a lock 15. So
// tasks change hands up to 128 at a time. But a batch must not be private. If
// its first task waited for its second, both would wait for ever. Here a batch
// lies open while its worker works from it, and whoever is idle takes from it.
//
// A task given to Go is a func, a single pointer, and lies in a batch as that:
// the jobs of groups and futures, which are two pointers each, have entries of
// their own in the batches that ever held one.
//
//	submitters                                                 workers
//
//	  Go ──┐                                              ┌──── w1
//	  Go ──┼──> lane 1  [128][128][12]                    │      │ runs from
//	       │      one lock each        takes a batch,     │      v
//	  Go ──┼──> lane 2  [128][40]   ───────────────────>  │   shelf [..jjjj]
//	       │         │                 by its pointer     │      │
//	 full? ┘         └──────── empty batches come back ───┘      │ half of it
//	  waits in room                                              v
//	                                                            w2, idle
//	  Each ───> calls: "help with [0,n)"
//	                              w1 [0 ...> 480)    one word; the front is run,
//	                              w2 [480 ...> 1000) the back half can be taken
//
// Under a lock: each lane (a submitter writes one entry, a worker takes a batch
// by its pointer; see lane.go), loops that call for helpers (calls.go), who
// holds a slot (slots.go; touched when workers come and go, not when they find
// work), and submitters that wait for room (room.go).
//
// Atomic: who owns which job of a batch, in one word of it (batch.go); who
// owns which index of a loop, in one word of each helper's range (span.go);
// one bit for each lane and each shelf that holds jobs; and two flags, one
// that tells submitters that nobody need be woken, and one that tells workers
// to look before they start a task.
//
// So a task given to Go costs two atomic operations when it is submitted, the
// lock and the unlock of a lane, and one when it starts. An index of Each costs
// one.
//
// # Why no wake-up is lost
//
// At most one worker at a time looks for jobs on the pool's behalf. While one
// does, or while no slot is free, the flag noWake is up and submitters wake
// nobody. Everywhere the same two steps exclude each other's gap:
//
//   - Who adds a job, in a lane or on a shelf, first adds it and then looks at
//     noWake.
//   - Who stops looking, because it has found a job or goes to rest, first takes
//     noWake down and then looks at the lanes and shelves once more.
//
// Whatever the order, one of the two sees the other. A worker that finds a job
// while there are more sends the next worker; so a chain of workers starts, as
// in the Go scheduler, until there is no job or no slot. The same pair of
// steps is used by submitters that wait for room (count, then try; make room,
// then look at the count) and by loops (show the range, then look whether there
// is a call or a helper on the way; clear the call or arrive, then look at the
// ranges).
//
// The first job of an idle pool sends a worker to look, and the second a second
// one, if the first has not arrived: noWake goes up only then. The second does not
// look on the pool's behalf. So it promises nothing to submitters, and to send
// it cannot lose a wake-up.
//
// Tests: places_test.go moves a worker by hand into each gap;
// TestTwoJobsSendTwoWorkersIntoAnIdlePool does so with the first worker's way;
// TestATaskThatComesAloneIsNeverOverlooked and
// TestSubmittersThatWaitAreNeverOverlooked try thousands of times;
// TestAPoolBehavesLikeItsModel compares, after every random step, that as many
// tasks run as can.
//
// # Why stealing is safe
//
// A job belongs to whoever moves head past its entry, and head only moves by
// atomic operations on the word that also holds tail: an addition by the worker
// that has the batch, a compare-and-swap by a thief. Nobody reads an entry before
// it has it. The one danger is that the worker fills or gives away the batch
// while a thief still copies what it has claimed. Therefore a claim counts the
// thief in, in the same compare-and-swap, and the batch goes nowhere until it
// has counted itself out. An old pointer to a batch, or an old value of the
// word, does no harm: a swap that succeeds is a valid claim on what is there
// now.
//
// Tests: TestEveryJobHasOneTakerAndOneOfThemTheLast,
// TestEveryIndexHasOneTakerAndOneOfThemTheLast, TestAnOldPointerToABatchDoesNoHarm,
// and TestTasksThatWaitForEachOtherAllRun for what stealing is there for.
//
// # Why the limit is exact
//
// The right to run a task, a slot, is counted under one mutex. A worker has a
// slot from when it is sent until it rests. When the limit is lowered, or a
// task wants back the slot it lent, the flag preempt goes up, and every
// worker looks under the mutex after it has drawn a job and before it starts
// it. That it looks after drawing matters: a job that was submitted after
// Resize had returned cannot start by the old limit.
//
// A task that waits in its own pool is known by its stack, on which the worker
// has written the pool's number (onworker.go). That is read only when somebody
// is about to wait anyway.
//
// Tests: TestANewLimitHoldsForEveryTaskThatStarts,
// TestALowerLimitHoldsForShortTasksInBatches, TestALenderWaitsForItsPlace,
// TestNothingIsLostWhateverHappensAtOnce, TestAWorkerKnowsItsPoolFromAnyDepth.
//
// # How it adapts
//
// A worker times what it draws. Tasks under 2 microseconds are drawn by the
// batch, so that no task lies longer in one than some 250 microseconds, even if
// nobody steals it. Longer ones are drawn singly. From 200 microseconds on, a
// submitter that finds a slot free and the queue empty hands its task straight
// to a worker, because then the way through the queue only adds to it.
//
// A task may take much longer than those before it. So every 61st time a worker
// steals before it looks at the lanes, and what lies behind a task that got
// stuck runs even if there is always something newer.
//
// A worker that runs empty tasks is as fast as a submitter. If it came back at
// once, it would find a handful of tasks each time, and the lane's cache lines
// would move to its processor and back for those. So a worker that was done
// with a small batch within 2 microseconds waits as long for tasks to pile up.
// That makes long streams of empty tasks cheaper, by some 40 % when it was
// tried, and delays none by more than that.
//
// Where submitters wait for room, a worker gives up its processor when the
// queue is half empty. Otherwise they would get it only when the queue has run
// dry, and other processors with it.
//
// The first two jobs of an idle pool send a worker each, for two processors to
// begin with. One worker that sends the next is not enough. Whom a goroutine
// has just made runnable stands in a slot that the Go scheduler keeps for that
// goroutine's processor; another processor that wants it from there first
// sleeps for 3 microseconds, which Linux makes some 60. The second to be made
// runnable moves the first out of that slot. For the same reason a loop sends
// for two helpers at once.
//
// A loop splits its range only as far as there are helpers, which send for
// more. More helpers than processors can only come if the body waits for
// something; then they share a range, and each sends for two more.
//
// Where tasks are long, each worker times one in eight: what such tasks wait for
// tends to come for many at once, and then two looks at the clock for each count.
//
// Many pools live for one batch. So as long as a pool has started no more than
// eight workers, none rests: they leave when there is nothing to do, and there is
// no timer to start and nobody to send home. And a pool that is closed leaves its empty
// batches to the next.
//
// Thousands of sleeping tasks have as many workers, and then memory is stacks. A
// stack that has grown once does not shrink before the next garbage collection,
// and what makes one grow is rarely the task: it is the deepest that the worker
// does between two tasks, which is to wait and to get memory for that from the
// runtime. So a worker waits for orders in its outermost loop, looks for jobs one
// call further up, and calls tasks from a third place. Then there is room on the
// stack for what the worker knows about itself, and an idle worker, or one whose
// long task sleeps, has nothing on the heap but what the runtime needs.
//
// Tests: TestWorkersNeedNoMoreThanTheSmallestStack,
// TestAWorkerDrawsAsTheLengthOfTasksAdvises,
// TestLongTasksAreTimedOnceInAWhile, TestNothingStarvesBehindAJobThatTakesLong,
// TestEachIndexThatWaitsHasAPlaceOfItsOwn, TestIdleWorkersLeave,
// TestPoolsThatAreClosedLeaveTheirBatchesToOthers.
//
// # What was tried and failed
//
//   - Batches that are private to their worker cost a third less, and deadlock
//     as soon as tasks wait for one another; sleeping tasks are hoarded.
//   - To hand each task to an idle worker costs 350 to 650 ns. It is done for
//     long tasks only.
//   - One ring for all submitters is slower the more of them there are.
//   - A worker that comes back to the lane as soon as it has run dry is slower
//     than one that waits 2 microseconds; see above.
//   - One worker sent into an idle pool, which sends the next, began on the
//     second processor after 76 microseconds instead of 15.
//   - Idle workers that leave where tasks are long, instead of waiting for orders,
//     make bursts of sleeping tasks a tenth faster, and a million of them need a
//     fifth more memory: goroutines that end give their stacks back late.
//   - A worker's data on its stack instead of the heap, with all else as it was:
//     it saves a hundred bytes, and a third of the stacks no longer fit in 2 KiB and
//     are doubled. So what was under it had to go first; see above.
//
// # On many processors
//
// Two processors were there to measure on (results/stealing holds the figures,
// also of 4 and 8 processors pretended on those two); the rest is argument.
// What everybody would write to for every task must not exist. As processors
// are added, this is what they share:
//
//   - A lane's lock, twice for each submit. Submitters have a lane for each
//     processor, rounded down to a power of two, up to 16 with the queue as it is
//     by default and 32 with a longer one. The address of its stack gives a
//     goroutine its own; only a full lane sends it to the first with room. So a
//     lane is shared by two submitters by chance, and by a submitter with the
//     workers that come for a batch: one visit for up to 128 short tasks. More
//     submitters than lanes contend, each with the few that have the same one.
//   - The word of bits of the lanes, and that of the shelves. They are written
//     when a lane becomes empty or is so no longer, and once or twice for a
//     batch. With 64 processors that run empty tasks in full batches, for which
//     each lane needs room (see Queue), that is a write in some 40 ns for all of
//     them together. A word can bear about twice as many, and there empty tasks
//     stop to scale. Tasks of 100 ns write it five times less often.
//   - The flags noWake and preempt are read by all and written when the last
//     slot is taken or the first given back. While workers are busy nobody
//     writes them, and every processor has its copy.
//   - The mutex of slots, the one lock that all share. But for the second into
//     an idle pool, no submit takes it while a worker is looking or all slots
//     are held, and no worker while it finds jobs, except for tasks of 200
//     microseconds and more. It is taken when a worker is woken, begins, rests,
//     leaves or ends a search, and there is one search at a time; and before
//     somebody waits for a task. Where many workers run dry again and again, because tasks come singly from many
//     goroutines to many idle processors, it is what will contend first; but each
//     of its sections then goes with waking a goroutine, which costs ten times as
//     much and takes a lock of the scheduler's.
//   - The mutex of the numbers of pools, when one is made or closed.
//   - The mutex of room, by submitters that wait because every lane is full, who
//     have nothing else to do.
//   - The 64 shelves limit how many workers work from batches at once. With
//     more, the rest draw single tasks.
//   - In a loop, each helper's word is its own until somebody takes half of it,
//     which happens as often as the logarithm of its length. The number of
//     helpers and the list of spans are written when a helper comes or goes.
package stealing
