package load

import (
	"bytes"
	"container/heap"
	"testing"
	"time"
)

// A simulation runs a core in virtual time against a server that is a formula:
// no socket, no goroutine, no waiting.
type simulation struct {
	t      *testing.T
	core   *core
	now    int64
	events eventQueue
	order  int // of events at the same moment

	server simulatedServer
	late   int64 // the pacer wakes this much after it asked to

	inSystem int64
	moved    int64
	area     float64 // integral of inSystem, counted at the server's side
}

// A simulatedServer answers requests in the order in which they come.
type simulatedServer struct {
	workers   int // 1, or 0 for as many as it takes
	service   time.Duration
	stallFrom time.Duration // since the beginning of the run
	stall     time.Duration
	dies      time.Duration // answers nothing from then on; 0: never

	free int64 // when the one worker is
}

type event struct {
	at    int64
	order int
	do    func()
}

type eventQueue []event

func (q eventQueue) Len() int { return len(q) }
func (q eventQueue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].order < q[j].order
}
func (q eventQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *eventQueue) Push(x any)   { *q = append(*q, x.(event)) }
func (q *eventQueue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	*q = (*q)[:last]
	return e
}

func (s *simulation) at(when int64, do func()) {
	s.order++
	heap.Push(&s.events, event{when, s.order, do})
}

func (s *simulation) dial(conn *connection) error {
	s.at(s.now, func() { s.core.connected(conn) })
	return nil
}

func (s *simulation) close(*connection) {}

func (s *simulation) write(conn *connection, b []byte) (int, error) {
	s.flow(1)
	if s.server.dies > 0 && s.now >= s.core.start+int64(s.server.dies) {
		return len(b), nil
	}
	reply := bytes.ToUpper(b)
	s.at(s.server.done(s.now, s.core.start), func() {
		s.flow(-1)
		s.core.received(conn, reply)
	})
	return len(b), nil
}

// done returns when the server has answered a request that comes now.
func (v *simulatedServer) done(now, start int64) int64 {
	begin := now
	if v.workers == 1 {
		begin = max(begin, v.free)
	}
	from, to := start+int64(v.stallFrom), start+int64(v.stallFrom+v.stall)
	end := begin + int64(v.service)
	if begin < to && end > from {
		end = to + int64(v.service) - max(0, from-begin)
	}
	v.free = end
	return end
}

func (s *simulation) flow(by int64) {
	s.area += float64(s.inSystem) * float64(s.now-s.moved)
	s.moved = s.now
	s.inSystem += by
}

// simulate runs o, whose address is not used, in virtual time.
func simulate(t *testing.T, o Options, server simulatedServer, late time.Duration) (*Result, *simulation) {
	t.Helper()
	o.Addr, o.Threads = "simulated", 1
	if err := o.Validate(); err != nil {
		t.Fatal(err)
	}
	o = o.withDefaults()
	s := &simulation{t: t, server: server, late: int64(late)}
	p := plans(o)[0]
	s.core = newCore(p, newCorpus(Echo, o.Payload, o.Seed), o.Seed, s, func() int64 { return s.now })
	s.core.connect()
	s.steps(func() bool { return s.core.settled() })
	if s.core.err != nil {
		t.Fatal(s.core.err)
	}
	s.moved = s.now
	s.core.begin(s.now)
	s.steps(func() bool { return s.core.over })
	var planned int64
	for _, a := range p.arrivals {
		if a.At >= o.Warmup {
			planned++
		}
	}
	return report(o, s.core.tally, planned, 0, nil), s
}

func (s *simulation) steps(done func() bool) {
	s.core.advance()
	for !done() {
		next := s.core.wake()
		if next != never {
			next += s.late
		}
		if len(s.events) > 0 && s.events[0].at <= next {
			e := heap.Pop(&s.events).(event)
			s.now = max(s.now, e.at)
			e.do()
			if s.late > 0 {
				continue
			}
		} else if next == never {
			s.t.Fatal("the simulation stands still: nothing is due and nothing will come")
		} else {
			s.now = max(s.now, next)
		}
		s.core.advance()
	}
}
