package loadtest

import (
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/stats"
)

const (
	growthEvery = 20 * time.Millisecond

	// growthSettling is how long a server may take to make what it makes once
	// for each connection. Growth is what comes after.
	growthSettling = 100 * time.Millisecond

	// growthLeast is from how many snapshots a slope is taken.
	growthLeast = 5
)

// A growth is how a server's resident memory changes while it is under load.
type growth struct {
	stop, ended chan struct{}
	at, bytes   []float64 // seconds since the load began, and what was resident
}

// watchGrowth takes snapshots of the server at intervals until end. It must be
// the only one to take any meanwhile.
func watchGrowth(server experiment.Side) *growth {
	g := &growth{stop: make(chan struct{}), ended: make(chan struct{})}
	begin := time.Now()
	go func() {
		defer close(g.ended)
		tick := time.NewTicker(growthEvery)
		defer tick.Stop()
		for {
			select {
			case <-g.stop:
				return
			case <-tick.C:
			}
			since := time.Since(begin)
			now, err := server.Turn()
			if err != nil {
				return // the snapshot at the end says why
			}
			if rss := now.Values[resident]; rss > 0 && since >= growthSettling {
				g.at, g.bytes = append(g.at, since.Seconds()), append(g.bytes, rss)
			}
		}
	}()
	return g
}

// end ends the watch, if there is one. It is called once.
func (g *growth) end() {
	if g != nil {
		close(g.stop)
		<-g.ended
	}
}

// perSecond is the slope of what was seen until the end, in bytes a second; ok
// is false where too little was.
func (g *growth) perSecond() (slope float64, ok bool) {
	if g == nil || len(g.at) < growthLeast {
		return 0, false
	}
	slope, err := stats.TheilSen(g.at, g.bytes)
	return slope, err == nil
}
