package load

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// upperLines answers a line when it has come to its end.
func upperLines(conn net.Conn) {
	in := bufio.NewReaderSize(conn, MaxPayload+1)
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		if _, err := conn.Write(bytes.ToUpper(line)); err != nil {
			return
		}
	}
}

func TestAServerThatReadsLinesAnswersLinesAndNothingElse(t *testing.T) {
	address := serve(t, upperLines)
	const ms = time.Millisecond
	for _, d := range drivers {
		for _, payload := range []int{1, 64, 5000, MaxPayload} {
			t.Run(fmt.Sprint(d.name, "/", payload), func(t *testing.T) {
				r, err := loaded(t, d.make, Options{
					Addr: address, Protocol: Line.Name, Connections: 2, Rate: 200, Payload: payload, Duration: 60 * ms, Drain: 5 * time.Second,
				})
				if err != nil {
					t.Fatal(err)
				}
				if c := r.Counts; c.Received == 0 || c.Received != c.Sent || c.ExtraBytes != 0 {
					t.Errorf("%+v, want a right reply to every request", c)
				}
			})
		}
		r, err := loaded(t, d.make, Options{Addr: address, Connections: 2, Rate: 200, Duration: 20 * ms, Drain: 20 * ms})
		if err != nil || r.Counts.Sent == 0 || r.Counts.Unanswered != r.Counts.Sent {
			t.Errorf("%s: %v, %+v; want no reply to what is no line", d.name, err, r)
		}
	}
}

func TestEveryProtocolHasRequestsOfOneSizeWithRepliesOfTheirOwn(t *testing.T) {
	names := make(map[string]bool)
	for _, p := range Protocols {
		if p.Name == "" || p.Doc == "" || names[p.Name] {
			t.Errorf("protocol %q is not described, or twice", p.Name)
		}
		names[p.Name] = true
		for _, payload := range []int{1, 64, 10_000} {
			c := newCorpus(p, payload, 1)
			different := make(map[string]bool)
			for i := range uint64(c.mask) + 1 {
				offset := c.draw(i | 1<<40)
				request := c.request(offset)
				reply := bytes.ToUpper(request)
				if at := c.check(offset, 0, reply); at >= 0 {
					t.Fatalf("%s: the right reply to %q differs at byte %d", p.Name, request, at)
				}
				wrong := bytes.Clone(reply)
				wrong[len(wrong)/2] ^= 1
				if at := c.check(offset, 0, wrong); at != len(wrong)/2 {
					t.Fatalf("%s: a wrong byte %d of %q is found at %d", p.Name, len(wrong)/2, wrong, at)
				}
				if at := c.check(offset, 1, wrong[1:]); len(wrong) > 2 && at != len(wrong)/2 {
					t.Fatalf("%s: a wrong byte %d of a reply in two parts is found at %d", p.Name, len(wrong)/2, at)
				}
				if p == Line && (bytes.IndexByte(request, '\n') != len(request)-1) {
					t.Fatalf("%q is not one line", request)
				}
				different[string(request)] = true
			}
			if payload > 1 && len(different) <= int(c.mask)/2 {
				t.Errorf("%s: %d requests, of which %d differ", p.Name, c.mask+1, len(different))
			}
			if len(c.plain) > 2*mostFramed {
				t.Errorf("%s: a corpus of %d bytes for messages of %d", p.Name, len(c.plain), payload)
			}
		}
	}
}

func TestAProtocolThatThereIsNoneOfIsRefusedWithThoseThatThereAre(t *testing.T) {
	err := Options{Addr: "localhost:1", Connections: 1, Closed: true, Duration: 1, Protocol: "lines"}.Validate()
	if err == nil || !strings.Contains(err.Error(), `"lines": give echo or line`) {
		t.Errorf("%v", err)
	}
	if p, err := FindProtocol(""); p != Echo || err != nil {
		t.Errorf("the default is %v, %v", p, err)
	}
}
