package processes

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/poolbench/poolbench/strategies/remote"
)

// appendAnswer appends the frame of an answer.
func appendAnswer(frame []byte, number uint32, what outcome, payload []byte) []byte {
	return append(appendAnswerHead(frame, number, what, len(payload)), payload...)
}

// appendRequest appends the frame of a request.
func appendRequest(frame []byte, number uint32, kind string, args []byte) []byte {
	return append(appendRequestHead(frame, number, kind, len(args)), args...)
}

func TestFramesComeBackAsTheyWereWritten(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 0))
		data := func(least, most int) []byte {
			out := make([]byte, least+random.IntN(most-least+1))
			for i := range out {
				out[i] = byte(random.Uint32())
			}
			return out
		}
		type request struct{ kind, args []byte }
		requests := make([]request, random.IntN(10))
		var stream []byte
		for i := range requests {
			requests[i] = request{data(1, longestName), data(0, 3*firstRead)}
			stream = appendRequest(stream, uint32(i)<<20, string(requests[i].kind), requests[i].args)
		}
		in := bufio.NewReader(bytes.NewReader(stream))
		for i, want := range requests {
			body, err := readBody(in)
			if err != nil {
				t.Fatalf("seed %d, request %d: %v", seed, i, err)
			}
			number, kind, args, err := parseRequest(body)
			if err != nil || number != uint32(i)<<20 || string(kind) != string(want.kind) || !bytes.Equal(args, want.args) {
				t.Fatalf("seed %d, request %d: %q and %d bytes, error %v; want %q and %d bytes", seed, i, kind, len(args), err, want.kind, len(want.args))
			}
		}
		if _, err := readBody(in); err != io.EOF {
			t.Fatalf("seed %d, after the last frame: %v", seed, err)
		}
	}
}

func TestAStreamThatEndsInsideAFrameIsNoEnd(t *testing.T) {
	frame := appendRequest(nil, 7, "echo", []byte("abc"))
	for n := range frame {
		want := io.ErrUnexpectedEOF
		if n == 0 {
			want = io.EOF
		}
		if _, err := readBody(bufio.NewReader(bytes.NewReader(frame[:n]))); err != want {
			t.Errorf("after %d of %d bytes: %v, want %v", n, len(frame), err, want)
		}
	}
}

func TestALengthAloneMakesNoMemory(t *testing.T) {
	stream := append(binary.LittleEndian.AppendUint32(nil, largestFrame), make([]byte, 3*firstRead)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := readBody(bufio.NewReader(bytes.NewReader(stream)))
	runtime.ReadMemStats(&after)
	if err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
	if made := after.TotalAlloc - before.TotalAlloc; made > 16*firstRead {
		t.Errorf("%d bytes were made for a frame of which %d came", made, 3*firstRead)
	}
}

func TestALengthOutOfBoundsIsRefused(t *testing.T) {
	for _, length := range []uint32{0, largestFrame + 1, 1<<32 - 1} {
		stream := binary.LittleEndian.AppendUint32(nil, length)
		if _, err := readBody(bufio.NewReader(bytes.NewReader(stream))); !errors.Is(err, errNoFrame) {
			t.Errorf("%d bytes: %v", length, err)
		}
	}
}

// FuzzWorker feeds a worker what a pool would never send. It must answer what
// are requests and end with an error at the first thing that is not, and all
// it writes must be answers.
func FuzzWorker(f *testing.F) {
	f.Add([]byte{})
	f.Add(appendRequest(nil, 7, "echo", []byte("abc")))
	f.Add(appendRequest(appendRequest(nil, 1, "panic", nil), 2, "goexit", nil))
	f.Add(appendRequest(appendRequest(nil, 1<<32-1, "fail", []byte("no")), 0, "juggle", nil))
	f.Add([]byte{2, 0, 0, 0, 200, 'a'})
	f.Add([]byte("hello, world\n"))
	known := make(map[string]remote.Kind)
	for _, kind := range kinds {
		switch kind.Name {
		case "echo", "fail", "panic", "goexit":
			known[kind.Name] = kind
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		var asked []uint32
		in := bufio.NewReader(bytes.NewReader(stream))
		body, failure := readBody(in)
		for ; failure == nil; body, failure = readBody(in) {
			var number uint32
			if number, _, _, failure = parseRequest(body); failure != nil {
				break
			}
			asked = append(asked, number)
		}

		var out bytes.Buffer
		w := server{kinds: known, in: bufio.NewReader(bytes.NewReader(stream)), out: &out}
		if err := w.serve(); (err == nil) != (failure == io.EOF) {
			t.Errorf("it ended with %v, and the stream with %v", err, failure)
		}
		answers := bufio.NewReader(&out)
		for i, number := range asked {
			body, err := readBody(answers)
			if err != nil {
				t.Fatalf("answer %d: %v", i, err)
			}
			if got, _, _, err := parseAnswer(body); err != nil || got != number {
				t.Errorf("answer %d is to job %d, error %v; want %d", i, got, err, number)
			}
		}
		if _, err := readBody(answers); err != io.EOF {
			t.Errorf("after %d answers: %v", len(asked), err)
		}
	})
}

// FuzzAnswer feeds the pool's side what a worker would never send. It must take it
// for an answer or refuse it, and what is an answer must be that to the byte.
func FuzzAnswer(f *testing.F) {
	f.Add(appendAnswer(nil, 3, outcomeResult, []byte("abc")))
	f.Add(appendAnswer(nil, 0, outcomePanic, nil))
	f.Add([]byte{5, 0, 0, 0, 1, 0, 0, 0, 9})
	f.Add([]byte("hello, world\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		p := &process{answers: bufio.NewReader(bytes.NewReader(stream))}
		var again []byte
		for {
			number, what, payload, err := p.receive()
			if err != nil {
				break
			}
			again = appendAnswer(again, number, what, payload)
		}
		if !bytes.HasPrefix(stream, again) {
			t.Errorf("%x was read as %x", stream, again)
		}
	})
}
