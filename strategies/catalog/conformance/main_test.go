// Package conformance proves that every strategy and every server of the
// catalog serves the same echo, as far as its traits promise it.
package conformance

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/echo/prefork"
	"github.com/poolbench/poolbench/strategies/processes"
	"github.com/poolbench/poolbench/strategies/remote"
)

func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	processes.Hook(remote.Kind{Name: pooled.Kind.Name, Run: func(message []byte) (remote.Result, error) {
		return fragile(message), nil
	}})
	prefork.Hook(fragile)
	// Most of these tests wait for timeouts, and what chunks they try is tried
	// for thirty ways of serving.
	flag.Parse()
	if err := errors.Join(flag.Set("test.parallel", "16"), flag.Set("rapid.checks", "20")); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m,
		goleak.IgnoreCurrent(), // of libraries that start goroutines when they are imported
		goleak.IgnoreAnyFunction("github.com/cloudwego/netpoll.(*defaultPoll).Wait"), // which are never stopped
	)
}

// fatal is the message that fragile panics with.
const fatal = "panic"

// fragile upper-cases, but panics with one message. Processes that serve use it,
// since no func of a test can cross to them.
func fragile(message []byte) []byte {
	if string(message) == fatal {
		panic("the message that asks for it")
	}
	echo.Upper(message, message)
	return message
}

// mapped is the plain way to do what the echo does.
func mapped(message []byte) []byte {
	answer := bytes.Clone(message)
	for i, b := range answer {
		if 'a' <= b && b <= 'z' {
			answer[i] = b - 32
		}
	}
	return answer
}
