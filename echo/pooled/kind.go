package pooled

import (
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies/remote"
)

// Kind is the job that a pool of processes answers a message with. A program
// that serves so must give it to processes.Hook; a test can give it a kind of
// the same name whose Run does something else.
var Kind = remote.Kind{Name: "upper", Run: upper}

func upper(message []byte) (remote.Result, error) {
	echo.Upper(message, message)
	return message, nil
}
