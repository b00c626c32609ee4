package processes

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A frame is a length of four bytes, little endian, and a body of that length.
// The body of a request is the length of a kind's name in one byte, the name
// and the arguments. The body of an answer is an outcome in one byte and what
// belongs to it.

// An outcome says what became of a job.
type outcome byte

const (
	outcomeResult outcome = iota // the kind returned this result
	outcomeError                 // the kind returned this error
	outcomePanic                 // the job panicked: value and stack
	outcomeGoexit                // the job called runtime.Goexit
	outcomes                     // how many there are
)

const (
	frameHead    = 4
	largestFrame = 64 << 20 // bytes in a body
	firstRead    = 64 << 10 // bytes made room for before any of them has come
)

// errNoFrame is wrapped by the errors of what is no frame.
var errNoFrame = errors.New("not a frame of this protocol")

// readBody reads a frame and returns its body. The error is io.EOF when the
// stream ends before the frame, and io.ErrUnexpectedEOF when it ends inside.
// A length alone makes no memory: room is made as the bytes come.
func readBody(r *bufio.Reader) ([]byte, error) {
	head, err := r.Peek(frameHead)
	if err != nil {
		if err == io.EOF && len(head) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	length := binary.LittleEndian.Uint32(head)
	if length == 0 || length > largestFrame {
		return nil, fmt.Errorf("%w: a body of %d bytes, want 1 to %d", errNoFrame, length, largestFrame)
	}
	if _, err := r.Discard(frameHead); err != nil {
		return nil, err
	}
	size := int(length)
	body := make([]byte, 0, min(size, firstRead))
	for len(body) < size {
		if len(body) == cap(body) {
			body = slices.Grow(body, min(len(body), size-len(body)))
		}
		had := len(body)
		body = body[:min(cap(body), size)]
		if _, err := io.ReadFull(r, body[had:]); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return body, nil
}

// appendRequest appends the frame of a request.
func appendRequest(frame []byte, kind string, args []byte) []byte {
	frame = binary.LittleEndian.AppendUint32(frame, uint32(1+len(kind)+len(args)))
	frame = append(frame, byte(len(kind)))
	frame = append(frame, kind...)
	return append(frame, args...)
}

// parseRequest takes the body of a request apart. The parts share its memory.
func parseRequest(body []byte) (kind, args []byte, err error) {
	if len(body) == 0 || len(body) < 1+int(body[0]) {
		return nil, nil, fmt.Errorf("%w: a request of %d bytes ends inside its kind", errNoFrame, len(body))
	}
	name := 1 + int(body[0])
	return body[1:name], body[name:], nil
}

// appendAnswer appends the frame of an answer.
func appendAnswer(frame []byte, what outcome, payload []byte) []byte {
	frame = binary.LittleEndian.AppendUint32(frame, uint32(1+len(payload)))
	frame = append(frame, byte(what))
	return append(frame, payload...)
}

// parseAnswer takes the body of an answer apart. The payload shares its memory.
func parseAnswer(body []byte) (what outcome, payload []byte, err error) {
	if len(body) == 0 || outcome(body[0]) >= outcomes {
		return 0, nil, fmt.Errorf("%w: an answer of %d bytes with no known outcome", errNoFrame, len(body))
	}
	return outcome(body[0]), body[1:], nil
}

// worthKeeping returns the memory of a written frame for the next one, unless
// one large frame would hold it for good.
func worthKeeping(frame []byte) []byte {
	if cap(frame) > firstRead {
		return nil
	}
	return frame
}
