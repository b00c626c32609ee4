package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// chooseContenders returns the strategies and servers of those names, in the
// catalog's order, or all when none is named.
func chooseContenders(names []string) ([]*strategies.Strategy, []*echo.Server) {
	if len(names) == 0 {
		return catalog.All, catalog.Servers
	}
	servers := slices.DeleteFunc(slices.Clone(catalog.Servers), func(s *echo.Server) bool { return !slices.Contains(names, s.Name) })
	return chooseStrategies(names), servers
}

// peerTimeout is how long a peer may take to accept a connection.
const peerTimeout = 3 * time.Second

// choosePeers reads peers of the form name=host:port, and makes sure that
// a server is there.
func choosePeers(ctx context.Context, flags []string) (names []string, addresses map[string]string, err error) {
	addresses = make(map[string]string)
	for _, flag := range flags {
		name, address, ok := strings.Cut(flag, "=")
		if !ok || address == "" {
			return nil, nil, fmt.Errorf("--peer %s: want name=host:port, such as mine=127.0.0.1:7007", flag)
		}
		if err := errors.Join(strategies.ValidName(name), taken(name, names)); err != nil {
			return nil, nil, fmt.Errorf("--peer %s: name: %w", flag, err)
		}
		dialer := net.Dialer{Timeout: peerTimeout}
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, nil, fmt.Errorf("--peer %s: cannot connect: %w; start that server first", flag, err)
		}
		conn.Close()
		names, addresses[name] = append(names, name), address
	}
	return names, addresses, nil
}

// taken says who has a name already, or returns nil.
func taken(name string, peers []string) error {
	switch {
	case slices.Contains(peers, name):
		return errors.New("another peer has it")
	case slices.Contains(knownServed.names(), name), bench.IsPeer(name),
		name == bench.Control, name == bench.Loop:
		return errors.New("name already in use")
	}
	return nil
}
