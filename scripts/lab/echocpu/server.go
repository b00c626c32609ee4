package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// floor is the name of the server in C.
const floor = "epoll"

// serve serves under the strategy or server of that name until standard input
// ends. It prints its address first.
func serve(ctx context.Context, name string) error {
	way, err := find(name)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, drain := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		drain()
	}()
	fmt.Println(ln.Addr())
	return way(ctx, ln)
}

// find returns how to serve under a name of the catalog.
func find(name string) (func(context.Context, net.Listener) error, error) {
	var known []string
	for _, s := range catalog.Servers {
		if s.Name == name {
			return func(ctx context.Context, ln net.Listener) error {
				return s.Serve(ctx, ln, s.DefaultLimit(runtime.GOMAXPROCS(0)), echo.Options{})
			}, nil
		}
		known = append(known, s.Name)
	}
	for _, s := range catalog.All {
		if s.Name == name {
			// A limit above the number of connections, so that none starves.
			return func(ctx context.Context, ln net.Listener) error {
				return pooled.Serve(ctx, ln, s, 2*connections, echo.Options{})
			}, nil
		}
		known = append(known, s.Name)
	}
	return nil, fmt.Errorf("unknown server %q. The known ones are %s", name, strings.Join(known, ", "))
}

// A process is a server of its own.
type process struct {
	name, addr string
	cmd        *exec.Cmd
	stdin      io.Closer
}

// start starts the server of that name. The one in C gets as many threads as
// an event loop in Go gets loops.
func (e *experiment) start(name string) (*process, error) {
	cmd := exec.Command(e.epoll, strconv.Itoa(catalog.EventLoop.DefaultLimit(runtime.GOMAXPROCS(0))))
	if name != floor {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd = exec.Command(self, "-serve", name)
	}
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start server %s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, stdin: stdin}
	if p.addr, err = bufio.NewReader(stdout).ReadString('\n'); err != nil {
		return nil, errors.Join(fmt.Errorf("server %s says no address: %w", name, err), p.stop())
	}
	p.addr = strings.TrimSpace(p.addr)
	return p, nil
}

func (p *process) stop() error {
	_ = p.stdin.Close() // it may be gone already
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("server %s: %w", p.name, err)
	}
	return nil
}
