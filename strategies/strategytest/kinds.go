package strategytest

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"

	"github.com/poolbench/poolbench/strategies/remote"
)

// Kinds are the jobs through which the rules are proved on a RemotePool. A
// program that examines one gives them to the hook of its worker processes.
//
// strategytestecho returns its arguments. strategytestcall calls back to the
// process that submitted it, over a loopback socket: a func runs there while
// the job holds its place here, and the job ends as the func did. So what
// can be proved with a func can be proved with a job.
var Kinds = []remote.Kind{
	{Name: "strategytestecho", Run: func(args []byte) (remote.Result, error) { return args, nil }},
	{Name: "strategytestcall", Run: callBack},
}

// A callArgs is the argument of strategytestcall: who to call, and which func.
type callArgs struct {
	Addr string
	ID   uint64
}

// How a func ended, as the first byte of the answer. A panic's message follows.
const (
	endedReturned = 'r'
	endedPanicked = 'p'
	endedExited   = 'g'
)

// callBack runs in the worker process.
func callBack(args []byte) (remote.Result, error) {
	var to callArgs
	if err := json.Unmarshal(args, &to); err != nil {
		return nil, fmt.Errorf("strategytestcall: arguments: %w", err)
	}
	how, message, err := to.dial()
	if err != nil {
		return nil, fmt.Errorf("strategytestcall: calling %s: %w", to.Addr, err)
	}
	switch how {
	case endedPanicked:
		panic(string(message))
	case endedExited:
		runtime.Goexit()
	}
	return binary.BigEndian.AppendUint64(nil, to.ID), nil
}

// dial asks for the func and waits until it ends.
func (to callArgs) dial() (how byte, message []byte, err error) {
	conn, err := net.Dial("tcp", to.Addr)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close()
	if tcp, ok := conn.(*net.TCPConn); ok {
		// Thousands of short calls would otherwise use up the ports. By the
		// time of closing everything has been read.
		tcp.SetLinger(0)
	}
	if err := binary.Write(conn, binary.BigEndian, to.ID); err != nil {
		return 0, nil, err
	}
	answer, err := io.ReadAll(bufio.NewReader(conn))
	if err == nil && len(answer) == 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return 0, nil, err
	}
	return answer[0], answer[1:], nil
}
