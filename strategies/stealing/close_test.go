//go:build go1.25

package stealing_test

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/strategies/stealing"
)

func TestCloseWaitsForEveryAcceptedTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(2)
		gate := make(chan struct{})
		var ran atomic.Int64
		for range 10 {
			p.Go(func() {
				<-gate
				ran.Add(1)
			})
		}
		var closed atomic.Bool
		go func() {
			p.Close()
			closed.Store(true)
		}()
		synctest.Wait()
		if closed.Load() {
			t.Error("Close returned while tasks ran")
		}
		if err := p.Go(func() {}); err != stealing.ErrClosed {
			t.Errorf("Go while closing: %v, want ErrClosed", err)
		}
		close(gate)
		synctest.Wait()
		if !closed.Load() || ran.Load() != 10 {
			t.Errorf("closed %v, %d of 10 tasks ran", closed.Load(), ran.Load())
		}
	})
}

func TestCloseFreesSubmittersThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(1, stealing.Queue(1))
		gate := make(chan struct{})
		p.Go(func() { <-gate })
		synctest.Wait()
		p.Go(func() {})
		refused := make(chan error, 3)
		for range cap(refused) {
			go func() { refused <- p.Go(func() { t.Error("a refused task ran") }) }()
		}
		synctest.Wait()
		go p.Close()
		synctest.Wait()
		for range cap(refused) {
			select {
			case err := <-refused:
				if err != stealing.ErrClosed {
					t.Errorf("Go: %v, want ErrClosed", err)
				}
			default:
				t.Error("a submitter still waits")
			}
		}
		close(gate)
	})
}

func TestClosingTwiceAndInChorusIsHarmless(t *testing.T) {
	p := stealing.New(2)
	p.Go(func() {})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	finishes(t, all.Wait)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Go(func() {}); err != stealing.ErrClosed {
		t.Errorf("Go after Close: %v, want ErrClosed", err)
	}
	if err := p.TryGo(func() {}); err != stealing.ErrClosed {
		t.Errorf("TryGo after Close: %v, want ErrClosed", err)
	}
}

func TestATaskCannotCloseItsPool(t *testing.T) {
	p := stealing.New(1)
	got := make(chan error, 1)
	p.Go(func() { got <- p.Close() })
	if err := <-got; err != stealing.ErrInside {
		t.Errorf("Close in a task: %v, want ErrInside", err)
	}
	if err := p.Go(func() {}); err != nil {
		t.Errorf("Go afterwards: %v", err)
	}
	p.Close()
}

func TestASubmitThatRacesCloseIsRunOrRefused(t *testing.T) {
	for range 300 {
		p := stealing.New(2, stealing.Queue(8))
		var accepted, ran atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for {
					switch err := p.Go(func() { ran.Add(1) }); err {
					case nil:
						accepted.Add(1)
					case stealing.ErrClosed:
						return
					default:
						t.Errorf("Go: %v", err)
						return
					}
				}
			})
		}
		for accepted.Load() < 20 {
			runtime.Gosched()
		}
		finishes(t, func() { p.Close() })
		atClose := ran.Load()
		all.Wait()
		if ran.Load() != atClose || ran.Load() != accepted.Load() {
			t.Fatalf("%d accepted, %d run when Close returned, %d run later", accepted.Load(), atClose, ran.Load())
		}
	}
}

func TestNoGoroutineIsLeftAfterClose(t *testing.T) {
	already := goroutines()
	for range 100 {
		p := stealing.New(8)
		for range 20 {
			p.Go(func() {})
		}
		p.Close()
	}
	if left := leftBesides(already); len(left) > 0 {
		t.Errorf("%d goroutines are left:\n\n%s", len(left), strings.Join(left, "\n\n"))
	}
}

// Pools whose tasks are long hand them straight to workers.
func TestAClosedPoolOfLongTasksRefusesToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, end := range map[error]func(*stealing.Pool){
			stealing.ErrClosed:    func(p *stealing.Pool) { p.Close() },
			stealing.ErrCancelled: func(p *stealing.Pool) { p.Cancel() },
		} {
			p := stealing.New(2)
			for range 3 {
				p.Go(func() { time.Sleep(time.Second) })
				time.Sleep(2 * time.Second)
			}
			end(p)
			synctest.Wait()
			if err := p.Go(func() { t.Error("a refused task ran") }); err != want {
				t.Errorf("Go: %v, want %v", err, want)
			}
			if err := p.TryGo(func() { t.Error("a refused task ran") }); err != want {
				t.Errorf("TryGo: %v, want %v", err, want)
			}
			p.Close()
		}
	})
}
