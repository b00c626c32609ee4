//go:build go1.25

package stealing_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies/stealing"
)

// Everything at once, from several goroutines, with the race detector in mind:
// nothing is lost, nothing runs twice, and the limit holds.
func TestNothingIsLostWhateverHappensAtOnce(t *testing.T) {
	const most, submitters, rounds = 6, 4, 150
	for seed := range uint64(4) {
		p := stealing.New(3, stealing.Queue(int(1)<<(3*seed)), stealing.Idle(time.Millisecond))
		var m meter
		var want, panics atomic.Int64
		work := func() {
			m.enter()
			m.leave()
		}
		var all sync.WaitGroup
		for s := range uint64(submitters) {
			all.Go(func() {
				r := rand.New(rand.NewPCG(seed, s))
				for range rounds {
					act(t, p, r, work, &want, &panics)
				}
			})
		}
		stop := make(chan struct{})
		var resizing sync.WaitGroup
		resizing.Go(func() {
			for limit := 1; ; limit = limit%most + 1 {
				select {
				case <-stop:
					return
				default:
					p.Resize(limit)
					runtime.Gosched()
				}
			}
		})
		finishes(t, func() {
			all.Wait()
			close(stop)
			resizing.Wait()
			if panics.Load() > 0 {
				raised(t, func() { p.Close() })
			} else {
				p.Close()
			}
		})
		if m.ran.Load() != want.Load() {
			t.Errorf("seed %d: %d of %d ran", seed, m.ran.Load(), want.Load())
		}
		if m.peak.Load() > most {
			t.Errorf("seed %d: %d ran at once", seed, m.peak.Load())
		}
	}
}

// act submits something in one of the ways there are.
func act(t *testing.T, p *stealing.Pool, r *rand.Rand, work func(), want, panics *atomic.Int64) {
	submit := func(task func()) {
		want.Add(1)
		if err := p.Go(task); err != nil {
			t.Error(err)
		}
	}
	switch r.IntN(10) {
	default:
		for range r.IntN(100) {
			submit(work)
		}
	case 0:
		nap := time.Duration(r.IntN(int(300 * time.Microsecond)))
		submit(func() { work(); time.Sleep(nap) })
	case 1:
		submit(func() { work(); runtime.Goexit() })
	case 2:
		panics.Add(1)
		submit(func() { work(); panic("deliberate") })
	case 3:
		submitted := make(chan struct{})
		submit(func() { // a task that submits
			defer close(submitted)
			work()
			for range 5 {
				submit(work)
			}
		})
		<-submitted
	case 4:
		want.Add(1)
		if p.TryGo(work) != nil {
			want.Add(-1)
		}
	case 5:
		want.Add(2)
		stealing.Submit(p, func() (int, error) { // a task that waits
			work()
			return stealing.Submit(p, func() (int, error) { work(); return 0, nil }).Result()
		}).Result()
	case 6:
		g := stealing.NewGroup[int](context.Background(), p, stealing.AllErrors)
		n := r.IntN(50)
		want.Add(int64(n))
		for range n {
			g.Go(func(context.Context) (int, error) { work(); return 0, nil })
		}
		g.Wait()
	case 7:
		n := r.IntN(200)
		want.Add(int64(n))
		if err := p.Each(context.Background(), n, func(int) { work() }); err != nil {
			t.Error(err)
		}
	}
}

// A lost wake-up shows as a hang when there is never more than one task.
func TestATaskThatComesAloneIsNeverOverlooked(t *testing.T) {
	for _, limit := range []int{1, 2} {
		for _, pause := range []int{0, 1, 3, 10} { // workers are looking, or about to rest
			p := stealing.New(limit)
			ran := make(chan struct{})
			task := func() { ran <- struct{}{} }
			finishes(t, func() {
				for range 3000 {
					p.Go(task)
					<-ran
					for range pause {
						runtime.Gosched()
					}
				}
			})
			p.Close()
		}
	}
}

func TestSubmittersThatWaitAreNeverOverlooked(t *testing.T) {
	for _, queue := range []int{1, 64} {
		p := stealing.New(2, stealing.Queue(queue))
		var ran atomic.Int64
		const submitters, each = 16, 500
		finishes(t, func() {
			var all sync.WaitGroup
			for range submitters {
				all.Go(func() {
					for i := range each {
						p.Go(func() {
							if i%50 == 0 {
								time.Sleep(20 * time.Microsecond)
							}
							ran.Add(1)
						})
					}
				})
			}
			all.Wait()
			p.Close()
		})
		if ran.Load() != submitters*each {
			t.Errorf("%d of %d ran", ran.Load(), submitters*each)
		}
	}
}
