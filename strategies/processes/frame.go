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
// A body begins with the job's number, four bytes as well, so that an answer is
// never taken for that of another job. The rest of a request is the length of a
// kind's name in one byte, the name and the arguments; the rest of an answer is an
// outcome in one byte and what belongs to it.

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
	frameHead    = 4        // bytes of a length, and of a number
	largestFrame = 64 << 20 // bytes in a body
	firstRead    = 64 << 10 // bytes made room for before any of them has come
)

// errNoFrame is wrapped by the errors of what is no frame.
var errNoFrame = errors.New("not a frame of this protocol")

// readBody reads a frame and returns its body. The error is io.EOF when the
// stream ends before the frame, and io.ErrUnexpectedEOF when it ends inside.
// A length alone makes no memory: room is made as the bytes come.
func readBody(r *bufio.Reader) ([]byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(head[:])
	if length == 0 || length > largestFrame {
		return nil, fmt.Errorf("%w: a body of %d bytes, want 1 to %d", errNoFrame, length, largestFrame)
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

// appendRequestHead appends the frame of a request up to its arguments, which are
// of that length.
func appendRequestHead(frame []byte, number uint32, kind string, args int) []byte {
	frame = binary.LittleEndian.AppendUint32(frame, uint32(requestOverhead(kind)+args))
	frame = binary.LittleEndian.AppendUint32(frame, number)
	frame = append(frame, byte(len(kind)))
	return append(frame, kind...)
}

// requestOverhead is how much of a request's body is not arguments.
func requestOverhead(kind string) int { return frameHead + 1 + len(kind) }

// parseRequest takes the body of a request apart. The parts share its memory.
func parseRequest(body []byte) (number uint32, kind, args []byte, err error) {
	if len(body) <= frameHead || len(body) < frameHead+1+int(body[frameHead]) {
		return 0, nil, nil, fmt.Errorf("%w: a request of %d bytes ends inside its kind", errNoFrame, len(body))
	}
	rest := body[frameHead+1:]
	length := int(body[frameHead])
	return binary.LittleEndian.Uint32(body), rest[:length], rest[length:], nil
}

// answerOverhead is how much of an answer's body is not its payload.
const answerOverhead = frameHead + 1

// appendAnswerHead appends the frame of an answer up to its payload, which is of
// that length.
func appendAnswerHead(frame []byte, number uint32, what outcome, payload int) []byte {
	frame = binary.LittleEndian.AppendUint32(frame, uint32(answerOverhead+payload))
	frame = binary.LittleEndian.AppendUint32(frame, number)
	return append(frame, byte(what))
}

// parseAnswer takes the body of an answer apart. The payload shares its memory.
func parseAnswer(body []byte) (number uint32, what outcome, payload []byte, err error) {
	if len(body) < answerOverhead || outcome(body[frameHead]) >= outcomes {
		return 0, 0, nil, fmt.Errorf("%w: an answer of %d bytes with no known outcome", errNoFrame, len(body))
	}
	return binary.LittleEndian.Uint32(body), outcome(body[frameHead]), body[answerOverhead:], nil
}

// worthKeeping returns the memory of a written frame for the next one, unless
// one large frame would hold it for good.
func worthKeeping(frame []byte) []byte {
	if cap(frame) > firstRead {
		return nil
	}
	return frame
}
