package experiment

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// The parent writes requests to its child and reads one reply to each, a JSON
// value a line.
type (
	request struct {
		Open      *openRequest      `json:"open,omitempty"`
		Turn      *int              `json:"turn,omitempty"`
		Exchanges *exchangesRequest `json:"exchanges,omitempty"`
	}
	openRequest struct {
		Spec     json.RawMessage `json:"spec"`
		Progress string          `json:"progress"` // file that says which side is at work
	}
	exchangesRequest struct {
		N    int    `json:"n"`
		Seed uint64 `json:"seed"`
	}
	reply struct {
		Turn   Turn     `json:"turn,omitzero"`
		Turns  [][]Turn `json:"turns,omitempty"`
		Errors []string `json:"errors,omitempty"` // a side each; empty: none
		Error  string   `json:"error,omitempty"`  // the request as a whole
	}
)

// An Opener opens one side.
type Opener func() (Side, error)

// Host is the child's half of [Start]: it opens the sides that the parent
// describes and takes turns as the parent asks, until the parent asks no more.
// plan makes of the parent's specification one opener a side.
//
// Host returns an error when it cannot talk to its parent, or when a side cannot
// be closed; the process should then exit with a status that is not 0. Everything
// else that a side does wrong is reported to the parent.
func Host(plan func(spec json.RawMessage) ([]Opener, error)) error {
	parent := host.Claim()
	if parent == nil {
		return errors.New("this command is for processes that a run starts itself")
	}
	return serve(parent.In, parent.Out, plan)
}

// serve answers requests until in ends.
func serve(in io.Reader, out io.Writer, plan func(spec json.RawMessage) ([]Opener, error)) (err error) {
	var sides []Side
	var opened []error
	defer func() { err = errors.Join(err, closeAll(sides)) }()
	requests, replies := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	for {
		var req request
		if err := requests.Decode(&req); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a request of the parent process: %w", err)
		}
		var rep reply
		switch {
		case req.Open != nil && sides == nil:
			sides, opened, err = openAll(*req.Open, plan)
			rep.Errors = texts(opened)
			if err != nil {
				rep.Error = err.Error()
			}
		case req.Turn != nil && *req.Turn >= 0 && *req.Turn < len(sides):
			turn, err := sides[*req.Turn].Turn()
			if err != nil {
				rep.Error = err.Error()
			}
			rep.Turn = turn
		case req.Exchanges != nil && sides != nil:
			rng := Order(req.Exchanges.Seed)
			turns, errs := Exchanges(rng, sides, req.Exchanges.N)
			rep.Turns, rep.Errors = turns, texts(errs)
		default:
			rep.Error = "this process has no such side open"
		}
		if err := replies.Encode(rep); err != nil {
			return fmt.Errorf("answer the parent process: %w", err)
		}
	}
}

// openAll opens the sides. One that cannot be opened stays as a side whose
// every turn is that error.
func openAll(req openRequest, plan func(json.RawMessage) ([]Opener, error)) ([]Side, []error, error) {
	openers, err := plan(req.Spec)
	if err != nil {
		return nil, nil, err
	}
	progress, err := os.OpenFile(req.Progress, os.O_WRONLY, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open the file that says which side is at work: %w", err)
	}
	marker := &marker{file: progress}
	sides, errs := make([]Side, len(openers)), make([]error, len(openers))
	for i, open := range openers {
		marker.mark(i)
		side, err := open()
		if err != nil {
			side, errs[i] = failed{err}, err
		}
		sides[i] = &marked{Side: side, marker: marker, index: i}
	}
	return sides, errs, nil
}

// closeAll closes the sides. The word that it leaves is that of the first side
// which could not be closed, if there is one, so that the parent blames that.
func closeAll(sides []Side) error {
	var errs []error
	var blamed *marked
	for _, s := range sides {
		if err := s.Close(); err != nil {
			errs = append(errs, err)
			if blamed == nil {
				blamed, _ = s.(*marked)
			}
		}
	}
	if blamed != nil {
		blamed.mark()
	}
	return errors.Join(errs...)
}

// failed stands for a side that could not be opened.
type failed struct{ err error }

func (f failed) Turn() (Turn, error) { return Turn{}, f.err }
func (f failed) Close() error        { return nil }

// A marker leaves word of which side is at work, where the parent finds it
// when this process has died or hangs. A write to a file wakes nobody, unlike
// one to a pipe.
type marker struct {
	file *os.File
	turn uint32
}

// progress is a marker's word: how many turns were begun, and by whom the last.
type progress struct {
	Turn, Side uint32
}

func (m *marker) mark(side int) {
	m.turn++
	var word [8]byte
	binary.LittleEndian.PutUint32(word[:], m.turn)
	binary.LittleEndian.PutUint32(word[4:], uint32(side))
	// A word that cannot be written only makes blame less exact.
	_, _ = m.file.WriteAt(word[:], 0)
}

// readProgress reads a marker's word; the zero progress stands for none yet.
func readProgress(file *os.File) (p progress) {
	var word [8]byte
	if n, _ := file.ReadAt(word[:], 0); n == len(word) {
		p.Turn = binary.LittleEndian.Uint32(word[:])
		p.Side = binary.LittleEndian.Uint32(word[4:])
	}
	return p
}

// marked is a side that leaves word before each of its turns.
type marked struct {
	Side
	marker *marker
	index  int
}

func (m *marked) mark() { m.marker.mark(m.index) }

func (m *marked) Turn() (Turn, error) {
	m.mark()
	return m.Side.Turn()
}

func (m *marked) Close() error {
	m.mark()
	return m.Side.Close()
}

func texts(errs []error) []string {
	out := make([]string, len(errs))
	for i, err := range errs {
		if err != nil {
			out[i] = err.Error()
		}
	}
	return out
}
