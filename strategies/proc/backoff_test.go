package proc

import (
	"context"
	"testing"
	"time"
)

func TestPausesDoubleUpToALongest(t *testing.T) {
	var b Backoff
	b.Wait(context.Background()) // none
	for range 7 {
		b.Grow()
	}
	if b != Backoff(640*time.Millisecond) || b.String() != "640ms" {
		t.Errorf("the seventh pause is %v", b)
	}
	for range 10 {
		b.Grow()
	}
	if b != Backoff(longestPause) {
		t.Errorf("the longest pause is %v", b)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	within(t, "a pause that is not wanted any more", func() { Backoff(time.Hour).Wait(ctx) })
	within(t, "a short pause", func() { Backoff(1).Wait(context.Background()) })
}
