package strategytest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	. "github.com/poolbench/poolbench/strategies"
)

const purge = 20 * time.Millisecond

// A legal strategy is odd and keeps what it declares.
var legal = []*Strategy{
	fakeStrategy("zero", Traits{}, plain),
	fakeStrategy("unlimited", Traits{Limit: LimitNone}, plain),
	fakeStrategy("buffering", Traits{Full: FullBuffers}, plain),
	fakeStrategy("queueing", Traits{Full: FullQueues}, plain),
	fakeStrategy("rejecting", Traits{Full: FullRejects}, plain),
	fakeStrategy("bufferingrejecting", Traits{Full: FullBuffersThenRejects}, plain),
	fakeStrategy("blockingrejecting", Traits{Full: FullBlocksThenRejects}, plain),
	fakeStrategy("contextual", Traits{}, withContext),
	fakeStrategy("contextualstrict", Traits{}, strictly),
	fakeStrategy("contextualbuffering", Traits{Full: FullBuffers}, withContext),
	fakeStrategy("contextualqueueing", Traits{Full: FullQueues}, strictly),
	fakeStrategy("contextualrejecting", Traits{Full: FullRejects}, withContext),
	fakeStrategy("contextualreusable", Traits{Closed: ClosedReusable, Race: RaceUndefined}, withContext),
	fakeStrategy("handling", Traits{Panic: PanicHandled}, notify),
	fakeStrategy("logging", Traits{Panic: PanicLogged}, plain),
	fakeStrategy("notifyingnot", Traits{Panic: PanicReturned}, notify),
	{Name: "lifo", Traits: Traits{Full: FullQueues}, Open: func(limit int) (Pool, error) {
		p := newFake(Traits{Full: FullQueues}, sound)(limit)
		p.lifo = true
		return plain(p), nil
	}},
	fakeStrategy("returning", Traits{Panic: PanicReturned}, plain),
	fakeStrategy("swallowing", Traits{Panic: PanicSwallowed}, plain),
	fakeStrategy("crashing", Traits{Panic: PanicCrashes}, plain),
	fakeStrategy("serial", serial, plain),
	fakeStrategy("leaking", Traits{Slots: SlotsLeak}, plain),
	fakeStrategy("panicblocking", Traits{Slots: SlotsMayBlock}, plain),
	fakeStrategy("goexitblocking", Traits{Goexit: GoexitMayBlock}, plain),
	fakeStrategy("goexitleaking", Traits{Goexit: GoexitLeaks}, plain),
	fakeStrategy("goexithanging", Traits{Goexit: GoexitHangs}, plain),
	fakeStrategy("goexitcrashing", Traits{Goexit: GoexitCrashes}, plain),
	fakeStrategy("deadlocking", Traits{Nested: NestedDeadlocks}, plain),
	fakeStrategy("bufferdeadlocking", Traits{Nested: NestedDeadlocks, Full: FullBuffers}, plain),
	fakeStrategy("cancelling", Traits{Full: FullQueues}, cancel),
	fakeStrategy("blockingcancelling", Traits{}, cancel),
	fakeStrategy("uncancelling", Traits{Full: FullQueues, Cancel: CancelRuns}, cancel),
	fakeStrategy("dividing", Traits{}, divide),
	fakeStrategy("dividingunlimited", Traits{Limit: LimitNone}, divide),
	fakeStrategy("dividingrejecting", Traits{Full: FullRejects}, divide),
	fakeStrategy("dividingreusable", Traits{Closed: ClosedReusable, Race: RaceUndefined}, divide),
	fakeStrategy("dividingblocked", Traits{}, divideCancel),
	fakeStrategy("dividingstopped", Traits{Full: FullQueues}, divideCancel),
	fakeStrategy("dividinghanded", Traits{Full: FullQueues, Cancel: CancelRuns, Parts: PartsHanded}, divideCancel),
	fakeStrategy("dividingrunning", Traits{Full: FullBuffers, Cancel: CancelRuns, Parts: PartsRun}, divideCancel),
	{Name: "dividinglifo", Traits: Traits{Full: FullQueues}, Open: func(limit int) (Pool, error) {
		p := newFake(Traits{Full: FullQueues}, sound)(limit)
		p.lifo = true
		return divideCancel(p), nil
	}},
	fakeStrategy("trying", Traits{}, try),
	fakeStrategy("racing", Traits{Race: RacePanics, Closed: ClosedPanics}, plain),
	fakeStrategy("racinglate", Traits{Race: RaceLate}, plain),
	fakeStrategy("racinghanging", Traits{Race: RaceHangs}, plain),
	fakeStrategy("undefined", Traits{Race: RaceUndefined, Closed: ClosedUndefined}, plain),
	fakeStrategy("reusable", Traits{Closed: ClosedReusable}, plain),
	fakeStrategy("sticky", Traits{PanicOnce: PanicOnceBroken}, plain),
	{Name: "splitting", Traits: Traits{Capacity: CapacitySplit, Nested: NestedDeadlocks}, Open: openParts(Traits{Nested: NestedDeadlocks})},
	{Name: "lazy", Traits: lazyTraits, Open: openLazy(purge, false)},
	{Name: "stalling", Traits: with(lazyTraits, func(t *Traits) { t.Idle, t.Purge = IdleStalls, 5*purge }), Open: openLazy(5*purge, true)},
	fakeStrategy("resizing", Traits{}, resize),
	fakeStrategy("resizinglate", Traits{Resize: ResizeLate}, resize),
	fakeStrategy("resizingnever", Traits{Resize: ResizeIgnore}, resize),
	fakeStrategy("sharing", Traits{Sharing: SharingCapacity}, plain),
	{Name: "remote", Traits: remoteTraits, OpenRemote: openRemote(Traits{}, remoteSound)},
	{Name: "mapping", Open: fakeOpen(Traits{}, sound, plain), Idioms: []Idiom{
		fakeIdiom("collect", Idiom{}, idiomSound),
		fakeIdiom("stream", Idiom{Streams: true, Errors: ErrorsFirst}, idiomSound),
		fakeIdiom("bag", Idiom{Unordered: true, Errors: ErrorsNone}, idiomSound),
		fakeIdiom("hose", Idiom{Unordered: true, Streams: true}, idiomSound),
		fakeIdiom("stubborn", Idiom{Continues: true}, idiomSound),
		fakeIdiom("deaf", Idiom{Errors: ErrorsNone, Continues: true}, idiomSound),
		fakeIdiom("racing", Idiom{Errors: ErrorsFirst}, stopsAfterLimit),
	}},
}

var (
	serial       = Traits{Limit: LimitNone, Panic: PanicSubmitter, Goexit: GoexitSubmitter, Capacity: CapacitySequential}
	lazyTraits   = Traits{Panic: PanicSwallowed, Nested: NestedDeadlocks, Purge: purge}
	remoteTraits = Traits{Panic: PanicReturned}
)

func with(t Traits, change func(*Traits)) Traits {
	change(&t)
	return t
}

func fakeOpen(does Traits, f fault, as func(*fake) Pool) func(int) (Pool, error) {
	return func(limit int) (Pool, error) { return as(newFake(does, f)(limit)), nil }
}

func fakeStrategy(name string, does Traits, as func(*fake) Pool) *Strategy {
	return &Strategy{Name: name, Traits: does, Open: fakeOpen(does, sound, as)}
}

// A broken strategy has a fault.
type broken struct {
	*Strategy
	rule  string   // which it is there to break
	fails []string // what else fails in consequence
}

func breaks(rule, name string, f fault, t Traits, as func(*fake) Pool, fails ...string) broken {
	return broken{&Strategy{Name: name, Traits: t, Open: fakeOpen(t, f, as)}, rule, fails}
}

func breaksRemotely(rule, name string, f remoteFault, fails ...string) broken {
	return broken{&Strategy{Name: name, Traits: remoteTraits, OpenRemote: openRemote(Traits{}, f)}, rule, fails}
}

func breaksIdiom(rule, name string, idiom Idiom, fails ...string) broken {
	return broken{&Strategy{Name: name, Open: fakeOpen(Traits{}, sound, plain), Idioms: []Idiom{idiom}}, rule, fails}
}

var brokenOnes = []broken{
	// First, for it takes longest.
	breaks("exactly-once", "hanging", hangs, Traits{}, plain, "limit", "full", "close", "panic", "slots", "goexit", "nested",
		"race", "closed", "panic-once", "results", "capacity", "idle", "sharing"),
	breaks("exactly-once", "twice", runsTwice, Traits{}, plain),
	breaks("exactly-once", "lossy", loses, Traits{}, plain),
	breaks("exactly-once", "refusedruns", runsRefused, Traits{}, try, "full", "race", "closed"),
	breaks("exactly-once", "refusing", refusesAll, Traits{}, plain, "limit", "full", "close", "panic", "slots", "goexit", "nested", "results", "capacity", "idle", "sharing"),
	breaks("exactly-once", "miscounting", miscounts, Traits{Full: FullQueues}, cancel, "cancel"),
	breaks("limit", "exceeding", exceeds, Traits{}, plain, "full"),
	breaks("full", "trywaiting", tryWaits, Traits{}, try),
	breaks("close", "early", closesEarly, Traits{}, plain, "race"),
	breaks("close", "unfreeing", leavesSubmitter, Traits{}, plain, "race"),
	breaks("close", "leaky", leavesGoroutine, Traits{}, plain),
	breaks("close", "once", closesOnce, Traits{}, plain, "panic-once"),
	breaks("close", "oncepanics", panicsTwice, Traits{}, plain),
	breaks("slots", "late", freesLate, Traits{}, plain, "capacity"),
	breaks("capacity", "wasting", wastesOne, Traits{}, plain),
	breaks("goexit", "unwaking", freesNext, Traits{}, plain, "capacity"),
	breaks("full", "contextignored", contextIgnored, Traits{}, withContext, "capacity", "exactly-once"),
	breaks("full", "contexthides", contextHides, Traits{}, strictly, "capacity"),
	breaks("exactly-once", "contextruns", contextRuns, Traits{}, withContext, "full", "capacity"),
	breaks("exactly-once", "contextloses", contextLoses, Traits{}, withContext, "full", "capacity"),
	breaks("capacity", "contexttakes", contextTakesWorker, Traits{}, withContext),
	breaks("capacity", "contextmuffles", contextMuffles, Traits{}, strictly),
	breaks("panic", "handlesnever", handlesNever, Traits{Panic: PanicHandled}, notify),
	breaks("panic", "handlestwice", handlesTwice, Traits{Panic: PanicHandled}, notify),
	breaks("panic", "handleslate", handlesLate, Traits{Panic: PanicHandled}, notify),
	breaks("cancel", "cancelhangs", cancelHangs, Traits{Full: FullQueues}, cancel, "exactly-once"),
	breaks("limit", "partofanylimit", partOfAnyLimit, Traits{}, divide),
	breaks("limit", "partexceeding", partExceeds, Traits{}, divide),
	breaks("limit", "partuncounted", partUncounted, Traits{}, divide),
	breaks("close", "partearly", partClosesEarly, Traits{}, divide),
	breaks("close", "partlate", partClosesLate, Traits{}, divide),
	breaks("close", "partcloseswhole", partClosesWhole, Traits{}, divide),
	breaks("close", "partkeepsplaces", partKeepsPlaces, Traits{}, divide),
	breaks("close", "partleaky", partLeavesGoroutine, Traits{}, divide),
	breaks("cancel", "partmiscounting", partMiscounts, Traits{Full: FullQueues}, divideCancel),
	breaks("cancel", "parthangs", partHangs, Traits{Full: FullQueues}, divideCancel),
	breaks("cancel", "partrunslast", partRunsLast, Traits{Full: FullQueues}, divideCancel),
	breaks("race", "losesracing", losesRacing, Traits{}, plain, "close"),
	breaks("closed", "acceptsclosed", acceptsClosed, Traits{}, plain, "race"),
	breaksRemotely("exactly-once", "tellstwice", tellsTwice),
	breaksRemotely("panic", "tellsnobody", tellsNobody, "goexit"),
	breaksRemotely("panic", "tellsnothing", tellsNothing, "goexit"),
	breaksRemotely("results", "tellsothers", tellsOthers),
	breaksRemotely("close", "tellslate", tellsLate, "panic", "results"),
	breaksIdiom("results", "drops", fakeIdiom("drops", Idiom{}, drops)),
	breaksIdiom("results", "yieldsatonce", fakeIdiom("yieldsatonce", Idiom{Streams: true, Unordered: true}, yieldsAtOnce)),
	breaksIdiom("limit", "ignoreslimit", fakeIdiom("ignoreslimit", Idiom{}, ignoresLimit)),
	breaksIdiom("errors", "returnsearly", fakeIdiom("returnsearly", Idiom{}, returnsEarly)),
	breaksIdiom("errors", "swallowserror", fakeIdiom("swallowserror", Idiom{}, swallowsError)),
	breaksIdiom("cancel", "stopslate", fakeIdiom("stopslate", Idiom{}, stopsLate)),
	breaksIdiom("cancel", "stopsnever", fakeIdiom("stopsnever", Idiom{Errors: ErrorsNone}, stopsNever)),
	breaksIdiom("cancel", "forgetslast", fakeIdiom("forgetslast", Idiom{Continues: true}, forgetsLast)),
	breaksIdiom("cancel", "waitsforgiven", fakeIdiom("waitsforgiven", Idiom{}, waitsForGiven)),
	breaksIdiom("results", "streams", idiomThatDoes("streams", Idiom{}, Idiom{Streams: true}, idiomSound)),
	breaksIdiom("results", "unstreams", idiomThatDoes("unstreams", Idiom{Streams: true}, Idiom{}, idiomSound)),
	breaksIdiom("results", "unordered", idiomThatDoes("unordered", Idiom{}, Idiom{Unordered: true}, idiomSound)),
	breaksIdiom("results", "ordered", idiomThatDoes("ordered", Idiom{Unordered: true}, Idiom{}, idiomSound)),
	breaksIdiom("errors", "firsterror", idiomThatDoes("firsterror", Idiom{}, Idiom{Errors: ErrorsFirst}, idiomSound)),
	breaksIdiom("errors", "allerrors", idiomThatDoes("allerrors", Idiom{Errors: ErrorsFirst}, Idiom{}, idiomSound)),
	breaksIdiom("cancel", "continues", idiomThatDoes("continues", Idiom{}, Idiom{Continues: true}, idiomSound)),
	breaksIdiom("cancel", "gives", idiomThatDoes("gives", Idiom{Continues: true}, Idiom{}, idiomSound)),
	breaksIdiom("errors", "someerror", idiomThatDoes("someerror", Idiom{Errors: ErrorsNone}, Idiom{}, idiomSound)),
}

// A lie is a strategy that does one thing and declares another.
type lie struct {
	*Strategy
	rule string // which finds out
}

// lies are all the wrong declarations there can be.
var lies = slices.Concat(
	liesAbout("Limit", "limit", Traits{}, plain, 2),
	liesAbout("Full", "full", Traits{}, plain, 6),
	liesAbout("Panic", "panic", Traits{}, notify, 7),
	liesAbout("Panic", "panic", serial, plain, 7),
	liesAbout("Slots", "slots", Traits{}, plain, 3),
	liesAbout("Slots", "slots", Traits{Panic: PanicSwallowed, Full: FullRejects}, plain, 3),
	liesAbout("Goexit", "goexit", Traits{}, plain, 6),
	liesAbout("Goexit", "goexit", serial, plain, 6),
	liesAbout("Nested", "nested", Traits{}, plain, 2),
	liesAbout("Nested", "nested", Traits{Full: FullBuffers}, plain, 2),
	liesAbout("Cancel", "cancel", Traits{Full: FullQueues}, cancel, 2),
	liesAbout("Parts", "cancel", Traits{Full: FullQueues}, divideCancel, 3),
	liesAbout("Parts", "cancel", Traits{Full: FullQueues, Cancel: CancelRuns}, divideCancel, 3),
	liesAbout("Race", "race", Traits{}, plain, 4),
	liesAbout("Closed", "closed", Traits{}, plain, 3),
	liesAbout("PanicOnce", "panic-once", Traits{}, plain, 2),
	liesAbout("PanicOnce", "panic-once", Traits{Panic: PanicReturned, Closed: ClosedReusable}, plain, 2),
	liesAbout("Resize", "resize", Traits{}, resize, 3),
	liesAbout("Sharing", "sharing", Traits{}, plain, 2),
	[]lie{
		{&Strategy{Name: "splitsinsecret", Open: openParts(Traits{})}, "capacity"},
		{fakeDeclares("splitsnot", Traits{}, Traits{Capacity: CapacitySplit}), "capacity"},
		{fakeDeclares("serialinsecret", serial, with(serial, func(t *Traits) { t.Capacity = CapacityUsed })), "capacity"},
		{fakeDeclares("serialnot", Traits{}, Traits{Capacity: CapacitySequential}), "capacity"},
		{&Strategy{Name: "stallsinsecret", Traits: with(lazyTraits, func(t *Traits) { t.Purge *= 5 }), Open: openLazy(5*purge, true)}, "idle"},
		{&Strategy{Name: "stallsnot", Traits: with(lazyTraits, func(t *Traits) { t.Idle = IdleStalls }), Open: openLazy(purge, false)}, "idle"},
		{&Strategy{Name: "purgesnot", Traits: lazyTraits, Open: openLazy(time.Hour, false)}, "idle"},
	},
)

// liesAbout has a fake do each value of one trait and declare each other.
func liesAbout(trait, rule string, base Traits, as func(*fake) Pool, values int) (all []lie) {
	set := func(value int) Traits {
		t := base
		reflect.ValueOf(&t).Elem().FieldByName(trait).SetInt(int64(value))
		return t
	}
	for does := range values {
		for says := range values {
			if does == says || !canDo(set(does)) || excused(set(does), set(says)) {
				continue
			}
			name := fmt.Sprintf("%s%ddoes%dsays%d", strings.ToLower(trait), len(allLies), does, says)
			l := lie{&Strategy{Name: name, Traits: set(says), Open: fakeOpen(set(does), sound, as)}, rule}
			all = append(all, l)
		}
	}
	allLies = append(allLies, all...)
	return all
}

// allLies numbers the lies for their names to differ.
var allLies []lie

// excused reports whether a pool is better than it says where that is no lie: the
// moment in which it is late, or hangs, may be too short to be met in every run.
func excused(does, says Traits) bool {
	return (says.Race == RaceLate || says.Race == RaceHangs) && does.Race < says.Race
}

// canDo reports whether a fake can behave so: a panic reaches the submitter
// exactly if the task runs there, and no submitter is left waiting where none waits.
func canDo(t Traits) bool {
	here := t.Capacity == CapacitySequential
	if t.Full.Rejects() && t.Slots == SlotsMayBlock {
		return false
	}
	return here == (t.Panic == PanicSubmitter) && here == (t.Goexit == GoexitSubmitter)
}

func fakeDeclares(name string, does, says Traits) *Strategy {
	return &Strategy{Name: name, Traits: says, Open: fakeOpen(does, sound, plain)}
}

func allFakes() []*Strategy {
	all := slices.Clone(legal)
	for _, b := range brokenOnes {
		all = append(all, b.Strategy)
	}
	for _, l := range lies {
		all = append(all, l.Strategy)
	}
	return all
}
