package main

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/poolbench/poolbench/bench/report"
)

// openStats opens the endpoint of --stats, which serves figures over HTTP until it
// is closed. Where none is wanted its address is empty.
func (o *serveOptions) openStats(w *serveWatch) (*http.Server, error) {
	if o.statsAddr == "" {
		return new(http.Server), nil
	}
	addr, err := net.ResolveTCPAddr("tcp", o.statsAddr)
	if err != nil {
		return nil, fmt.Errorf("--stats %s: %w; give an address such as 127.0.0.1:7008", o.statsAddr, err)
	}
	if !addr.IP.IsLoopback() {
		return nil, fmt.Errorf("--stats %s: statistics are served to this machine only; give an address such as 127.0.0.1:%d", o.statsAddr, addr.Port)
	}
	ln, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, listenError("stats", o.statsAddr, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		_ = report.WriteJSON(out, w.figures()) // fails only when the client has gone
	})
	server := &http.Server{Addr: ln.Addr().String(), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(ln) }() // until it is closed
	return server, nil
}
