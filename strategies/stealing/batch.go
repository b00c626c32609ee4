package stealing

import (
	"sync"
	"sync/atomic"
)

// batchSize is how many jobs change hands at once when they are short: so many
// that one locked section for all of them costs next to nothing for each, and
// so few that they are soon done.
const batchSize = 128

// A batch is room for jobs. It goes round: submitters fill it while it lies in
// a lane; a worker takes it and runs what is in it, while others steal from
// it; and when it is empty it goes back to a lane.
//
// In a lane, the lane's lock guards it. In a worker's hands, claim says whose
// each job is: whoever moves head past an entry owns the job in it, and nobody
// else touches that entry. So entries need no atomic access. The worker passes
// the batch on only when claim shows neither an unclaimed job nor a thief that
// still reads what it claimed.
type batch struct {
	// claim is thieves<<32 | tail<<16 | head: the jobs in entries head up to
	// tail are unclaimed, and so many thieves are reading.
	claim atomic.Uint64

	shelf  int             // where thieves find it; set before claim shows jobs
	next   *batch          // the batch behind it in a lane
	others *[batchSize]job // jobs that are not plain, or nil if there never was one
	from   int             // the jobs with which it left its lane are in the entries from here
	upTo   int             // up to here
	_      [16]byte

	// Plain jobs are by far the most frequent. An entry of one pointer instead of
	// two halves the cache lines that follow the jobs to another processor. A
	// entry that is nil means the one in others.
	jobs [batchSize]plain
}

const (
	tailShift = 16
	slotMask  = 1<<tailShift - 1
	oneThief  = 1 << 32
)

func unpack(claim uint64) (head, tail int) {
	return int(claim & slotMask), int(claim >> tailShift & slotMask)
}

// put fills entry i, which must be empty and the caller's.
func (b *batch) put(i int, j job) {
	if f, ok := j.(plain); ok {
		b.jobs[i] = f
		return
	}
	b.putOther(i, j)
}

//go:noinline
func (b *batch) putOther(i int, j job) {
	if b.others == nil {
		b.others = new([batchSize]job)
	}
	b.others[i] = j
}

// take empties entry i, which must hold a job and be the caller's.
func (b *batch) take(i int) job {
	if f := b.jobs[i]; f != nil {
		b.jobs[i] = nil
		return f
	}
	return b.takeOther(i)
}

//go:noinline
func (b *batch) takeOther(i int) job {
	j := b.others[i]
	b.others[i] = nil
	return j
}

// offer makes the jobs in entries head up to tail claimable.
func (b *batch) offer(head, tail int) { b.claim.Store(uint64(tail)<<tailShift | uint64(head)) }

// unclaimed reports whether there is a job that nobody has claimed.
func (b *batch) unclaimed() bool {
	head, tail := unpack(b.claim.Load())
	return head < tail
}

// settled reports that no thief reads, so that an empty batch may be filled.
func (b *batch) settled() bool { return b.claim.Load() < oneThief }

// pop claims the next job for the worker that has the batch, and returns its
// entry; or ok is false, and then it is not called again before the next offer,
// or head would run away. last says that this was the last job: exactly one pop
// or steal says so.
//
// Cost: one atomic addition, and none of it shared while nobody steals.
func (b *batch) pop() (entry int, last, ok bool) {
	head, tail := unpack(b.claim.Add(1))
	return head - 1, head == tail, head <= tail
}

// steal claims up to most jobs, but not more than the older half, and moves
// them to the first entries of dst, which nobody else may use. last is as in
// pop. If it returns jobs, leave must follow.
func (b *batch) steal(dst *batch, most int) (n int, last bool) {
	for {
		claim := b.claim.Load()
		head, tail := unpack(claim)
		if head >= tail {
			return 0, false
		}
		n = min(most, (tail-head+1)/2)
		if b.claim.CompareAndSwap(claim, claim+oneThief+uint64(n)) {
			for i := range n {
				dst.put(i, b.take(head+i))
			}
			return n, head+n == tail
		}
	}
}

// leave says that a thief has read what it claimed.
func (b *batch) leave() {
	const minusOne = ^uint64(oneThief - 1)
	b.claim.Add(minusOne)
}

// batches holds empty batches of pools that were closed, for pools that are
// made. So who makes a pool for every few tasks does not pay for its memory
// each time.
var batches = sync.Pool{New: func() any { return new(batch) }}
