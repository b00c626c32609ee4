// Package peers runs the fan-out and the echo server in other languages, so that
// a Go strategy can be compared with what it came from. A peer is a script that
// is part of the program and runs in a process of its own: it takes one JSON
// object a line, does the same tasks on the same inputs, and measures itself.
// [All] lists the peers; [Peer.Open] makes of one a side that takes turns with
// strategies.
//
//	python, version, err := peers.Python(ctx)
//	session, err := peers.Start(ctx, python, peers.Request{
//		Pattern: "collect", Pool: "fresh", Executor: "threads",
//		Tasks: 200, Work: "hash", Bytes: 4096, Seed: 7,
//	}, 10*time.Second)
//	turn, err := session.Turn(0)
//	err = session.Close()
//
// The protocol, what is measured and how a task's input and result are computed
// stand at the top of fanout.py. [Serve] runs an echo server instead, which is
// measured from outside; its protocol stands at the top of echo.py.
package peers

import (
	_ "embed"
	"time"
)

// FanoutPy is the source of fanout.py: the ways in which Python's
// concurrent.futures hands out tasks and gives back results. It takes Python
// 3.8 or later and nothing but its standard library.
//
//go:embed fanout.py
var FanoutPy string

// EchoPy is the source of echo.py: the article's own server, in which one
// thread accepts and a pool of concurrent.futures communicates.
//
//go:embed echo.py
var EchoPy string

// A Request says what a peer is to do in every turn of a session.
type Request struct {
	Pattern  string `json:"pattern"`  // waiteach, collect or callback
	Pool     string `json:"pool"`     // fresh: opened and shut down in each turn; kept: one for all turns
	Executor string `json:"executor"` // threads or processes
	Limit    int    `json:"limit"`    // workers; 0: five threads, or one process, for each CPU
	Tasks    int    `json:"tasks"`    // tasks in a turn, at least 1
	Work     string `json:"work"`     // hash
	Bytes    int    `json:"bytes"`    // size of each task's work
	Seed     uint64 `json:"seed"`     // decides the inputs
}

// A Turn is one batch as the peer measured it. Exchanging lines with the peer
// is no part of it.
type Turn struct {
	Wall     time.Duration // from the first submit to the last result, a fresh pool's opening and closing included
	Submit   time.Duration // the part of Wall spent submitting
	CPU      time.Duration // CPU time of the peer and its workers; 0: unknown
	Checksum uint64        // exclusive or of the results
}
