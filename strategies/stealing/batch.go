package stealing

import "sync/atomic"

// batchSize is how many jobs change hands at once when they are short: so many
// that one locked section for all of them costs next to nothing for each, and
// so few that they are soon done.
const batchSize = 64

// A batch is room for jobs. It goes round: submitters fill it while it lies in
// a lane; a worker takes it and runs what is in it, while others steal from
// it; and when it is empty it goes back to a lane.
//
// In a lane, the lane's lock guards it. In a worker's hands, claim says whose
// each job is: whoever moves head past a slot owns the job in it, and nobody
// else touches that slot. So slots need no atomic access. The worker passes
// the batch on only when claim shows neither an unclaimed job nor a thief that
// still reads what it claimed.
type batch struct {
	// claim is thieves<<32 | tail<<16 | head: the jobs in slots head up to
	// tail are unclaimed, and so many thieves are reading.
	claim atomic.Uint64

	shelf int    // where thieves find it; set before claim shows jobs
	next  *batch // the batch behind it in a lane
	_     [40]byte

	jobs [batchSize]job
}

const (
	tailShift = 16
	slotMask  = 1<<tailShift - 1
	oneThief  = 1 << 32
)

func unpack(claim uint64) (head, tail int) {
	return int(claim & slotMask), int(claim >> tailShift & slotMask)
}

// offer makes the jobs in slots head up to tail claimable.
func (b *batch) offer(head, tail int) { b.claim.Store(uint64(tail)<<tailShift | uint64(head)) }

// unclaimed reports whether there is a job that nobody has claimed.
func (b *batch) unclaimed() bool {
	head, tail := unpack(b.claim.Load())
	return head < tail
}

// settled reports that no thief reads, so that an empty batch may be filled.
func (b *batch) settled() bool { return b.claim.Load() < oneThief }

// pop claims the next job for the worker that has the batch, or returns nil;
// then it is not called again before the next offer, or head would run away.
// last says that this was the last job: exactly one pop or steal says so.
//
// Cost: one atomic addition, and none of it shared while nobody steals.
func (b *batch) pop() (j job, last bool) {
	head, tail := unpack(b.claim.Add(1))
	if head > tail {
		return nil, false
	}
	j, b.jobs[head-1] = b.jobs[head-1], nil
	return j, head == tail
}

// steal claims up to most jobs, but not more than the older half, and moves
// them to the first slots of loot, which nobody else may use. last is as in
// pop. If it returns jobs, leave must follow.
func (b *batch) steal(loot *batch, most int) (n int, last bool) {
	for {
		claim := b.claim.Load()
		head, tail := unpack(claim)
		if head >= tail {
			return 0, false
		}
		n = min(most, (tail-head+1)/2)
		if b.claim.CompareAndSwap(claim, claim+oneThief+uint64(n)) {
			taken := b.jobs[head : head+n]
			copy(loot.jobs[:], taken)
			clear(taken)
			return n, head+n == tail
		}
	}
}

// leave says that a thief has read what it claimed.
func (b *batch) leave() {
	const minusOne = ^uint64(oneThief - 1)
	b.claim.Add(minusOne)
}
