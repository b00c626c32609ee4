package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/poolbench/poolbench/bench/report"
)

// A statsEndpoint tells figures over HTTP.
type statsEndpoint struct {
	ln     net.Listener
	server *http.Server
}

// openStats opens the endpoint of --stats, or returns nil when none is wanted.
func (o *serveOptions) openStats(w *serveWatch) (*statsEndpoint, error) {
	if o.statsAddr == "" {
		return nil, nil
	}
	addr, err := net.ResolveTCPAddr("tcp", o.statsAddr)
	if err != nil {
		return nil, fmt.Errorf("--stats %s: %w; give an address such as 127.0.0.1:7008", o.statsAddr, err)
	}
	if !addr.IP.IsLoopback() {
		return nil, fmt.Errorf("--stats %s: statistics are served to this machine only; give an address such as 127.0.0.1:%d", o.statsAddr, addr.Port)
	}
	ln, err := net.ListenTCP("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("listen on %s: the address is in use; choose another --stats, or port 0 for any free one", o.statsAddr)
	} else if err != nil {
		return nil, fmt.Errorf("--stats: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		_ = report.WriteJSON(out, w.figures()) // fails only when the client has gone
	})
	e := &statsEndpoint{ln, &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}}
	go func() { _ = e.server.Serve(ln) }() // until close
	return e, nil
}

func (e *statsEndpoint) close() {
	if e != nil {
		_ = e.server.Close() // nobody is owed a figure
	}
}
