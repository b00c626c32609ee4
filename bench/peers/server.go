package peers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// A Server is an echo server in another language, on the loopback interface.
type Server struct {
	Addr    string // host:port
	Version string // of the server's language, such as 3.11.7
	Workers int    // connections that it serves at once

	session *Session
}

// Serve runs echo.py under the Python at that path, with an executor of threads
// or processes and that many workers; it returns when the server listens. The
// server and its workers are killed when ctx ends, and when it does not listen
// within patience. It must be closed; where this process dies first, the server
// ends of its own accord.
//
// Cost: the start of an interpreter, some tens of milliseconds, and with
// processes that of each worker.
func Serve(ctx context.Context, python, executor string, workers int, patience time.Duration) (*Server, error) {
	request := struct {
		Executor string `json:"executor"`
		Limit    int    `json:"limit"`
	}{executor, workers}
	s, err := launch(ctx, python, "echo.py", EchoPy, request, patience)
	if err != nil {
		return nil, err
	}
	if s.port <= 0 {
		return nil, errors.Join(fmt.Errorf("peer: %s serves on no port", s.cmd), s.Close())
	}
	return &Server{
		Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Version: s.Version, Workers: s.Workers, session: s,
	}, nil
}

// PID is the number of the server's process; its workers descend from it.
func (s *Server) PID() int { return s.session.proc.PID() }

// Alive returns nil while the server's process is there.
func (s *Server) Alive() error {
	select {
	case <-s.session.proc.Done():
		return fmt.Errorf("peer: %s has ended (%s)%s", s.session.cmd, s.session.proc.State(), s.session.stderr.After("; its standard error:\n"))
	default:
		return nil
	}
}

// Close ends the server and frees everything that belongs to it.
func (s *Server) Close() error { return s.session.Close() }
