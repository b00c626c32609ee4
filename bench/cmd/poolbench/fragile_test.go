package main

import (
	"os"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies/remote"
)

// fragileVariable makes the command's server panic with one message, whichever
// process answers it.
const fragileVariable = "POOLBENCH_TEST_FRAGILE"

const fatalMessage = "panic"

// command is the command as tests run it.
func command() {
	if os.Getenv(fragileVariable) != "" {
		handler = fragile
		pooled.Kind.Run = func(message []byte) (remote.Result, error) { return fragile(message), nil }
	}
	main()
}

func fragile(message []byte) []byte {
	if string(message) == fatalMessage {
		panic("the message that asks for it")
	}
	echo.Upper(message, message)
	return message
}
