package catalog

import (
	"errors"
	"fmt"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// Servers lists the ways of serving the echo that own the listening socket.
// They are measured beside the strategies of All wherever those serve.
var Servers = []*echo.Server{
	Acceptors,
	EventLoop,
	Netpoll,
	Prefork,
}

// Validate reports everything that is wrong with the declarations of All and of
// Servers, which share their names, or nil.
func Validate() error {
	return errors.Join(strategies.Validate(All...), echo.Validate(freeName, Servers...))
}

// freeName says why a server cannot have that name, or nil.
func freeName(name string) error {
	for _, s := range All {
		if s.Name == name {
			return fmt.Errorf("it is that of a strategy: %s", s.Title())
		}
	}
	return strategies.ValidName(name)
}
