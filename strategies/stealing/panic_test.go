//go:build go1.25

package stealing_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/poolbench/poolbench/strategies/stealing"
)

// raised returns the panic of f.
func raised(t *testing.T, f func()) (p *stealing.Panic) {
	t.Helper()
	defer func() {
		v := recover()
		var ok bool
		if p, ok = v.(*stealing.Panic); !ok {
			t.Fatalf("got %T %v, want a *stealing.Panic", v, v)
		}
	}()
	f()
	return nil
}

//go:noinline
func explode(v any) { panic(v) }

func TestCloseRaisesTheFirstPanicWithItsStack(t *testing.T) {
	p := stealing.New(1)
	first := make(chan struct{})
	p.Go(func() { close(first); explode(io.ErrUnexpectedEOF) })
	<-first
	for range 2 {
		p.Go(func() { explode("later") })
	}
	var ran atomic.Bool
	p.Go(func() { ran.Store(true) })
	got := raised(t, func() { p.Close() })
	if !ran.Load() {
		t.Error("the task after the panics did not run")
	}
	if got.Value != io.ErrUnexpectedEOF || got.More != 2 {
		t.Errorf("Value %v, More %d, want the first value and 2", got.Value, got.More)
	}
	if !errors.Is(got, io.ErrUnexpectedEOF) {
		t.Error("the panic does not unwrap to the error that the task panicked with")
	}
	for _, want := range []string{"explode", "panic_test.go"} {
		if !strings.Contains(string(got.Stack), want) {
			t.Errorf("the stack does not show %s:\n%s", want, got.Stack)
		}
	}
	for _, want := range []string{"unexpected EOF", "and 2 more", "explode"} {
		if !strings.Contains(got.Error(), want) {
			t.Errorf("the message does not contain %q:\n%s", want, got)
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
}

func TestAPanicThatIsNoErrorUnwrapsToNothing(t *testing.T) {
	if err := (&stealing.Panic{Value: "text"}).Unwrap(); err != nil {
		t.Errorf("Unwrap: %v", err)
	}
}

// Every way of ending gives the slot back at once, also in the middle of a
// batch.
func TestAPlaceSurvivesWhateverTasksDo(t *testing.T) {
	for name, end := range map[string]func(){
		"panic":      func() { explode("deliberate") },
		"panic(nil)": func() { explode(nil) },
		"Goexit":     runtime.Goexit,
	} {
		for _, limit := range []int{1, 3} {
			t.Run(name, func(t *testing.T) {
				p := stealing.New(limit)
				var ran atomic.Int64
				const tasks = 2000
				finishes(t, func() {
					for i := range tasks {
						p.Go(func() {
							ran.Add(1)
							if i%3 == 0 {
								end()
							}
						})
					}
					if name == "Goexit" {
						p.Close()
						return
					}
					raised(t, func() { p.Close() })
				})
				if ran.Load() != tasks {
					t.Errorf("%d of %d tasks ran", ran.Load(), tasks)
				}
			})
		}
	}
}

func TestPlacesAreStillExactAfterPanicsAndGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 3
		p := stealing.New(limit)
		for range 10 {
			p.Go(func() { explode("deliberate") })
			p.Go(runtime.Goexit)
		}
		synctest.Wait()
		gate := make(chan struct{})
		var m meter
		for range 2 * limit {
			p.Go(func() {
				m.enter()
				<-gate
				m.leave()
			})
		}
		synctest.Wait()
		if n := m.running.Load(); n != limit {
			t.Errorf("%d tasks run, want %d", n, limit)
		}
		close(gate)
		raised(t, func() { p.Close() })
	})
}

// A test that fails calls Goexit, and one of its deferred funcs may panic then.
func TestAPanicOnTheWayOutOfGoexitCostsNoPlace(t *testing.T) {
	p := stealing.New(1)
	for range 3 {
		if err := p.Go(func() {
			defer func() { panic("late") }()
			runtime.Goexit()
		}); err != nil {
			t.Fatal(err)
		}
	}
	ran := make(chan struct{})
	if err := p.Go(func() { close(ran) }); err != nil {
		t.Fatal(err)
	}
	<-ran
	defer func() {
		if raised, ok := recover().(*stealing.Panic); !ok || raised.Value != "late" || raised.More != 2 {
			t.Errorf("Close raises %v", raised)
		}
	}()
	p.Close()
}
