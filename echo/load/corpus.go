package load

import (
	"bytes"
	"math/rand/v2"
)

// variety is how many different requests a corpus holds at the most: enough that
// the reply to another request is hardly ever right by chance, few enough to
// stay in the processor's cache.
const variety = 1 << 12

// mostFramed is about how many bytes a corpus of framed requests has at the most.
const mostFramed = 1 << 18

// A corpus is what is sent and what must come back: printable ASCII, more
// letters of either case than others, and its upper-case. A request is a
// window of it, so that drawing and checking one copy nothing.
type corpus struct {
	size   int    // bytes of a request and of its reply
	stride int    // from the beginning of one request to that of the next
	mask   uint32 // the requests are numbered from 0 to mask
	plain  []byte
	upper  []byte
}

func newCorpus(protocol *Protocol, payload int, seed uint64) *corpus {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	const others = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;!?()[]{}@`~^_-+*/'"
	draw := rand.New(rand.NewPCG(seed, 0x636f72707573e5d7))
	text := make([]byte, payload+variety)
	for i := range text {
		if draw.IntN(3) < 2 {
			text[i] = letters[draw.IntN(len(letters))]
		} else {
			text[i] = others[draw.IntN(len(others))]
		}
	}
	if protocol.Frame == nil { // then requests may overlap
		return &corpus{size: payload, stride: 1, mask: variety - 1, plain: text, upper: bytes.ToUpper(text)}
	}
	c := &corpus{}
	count := variety
	for count > 16 && count*payload > mostFramed {
		count /= 2
	}
	for i := range count {
		message := text[i : i+payload]
		request, reply := protocol.Frame(message), protocol.Frame(bytes.ToUpper(message))
		c.size, c.plain, c.upper = len(request), append(c.plain, request...), append(c.upper, reply...)
	}
	c.stride, c.mask = c.size, uint32(count-1)
	return c
}

// draw returns where a request begins that a random number selects.
func (c *corpus) draw(random uint64) uint32 { return uint32(random) & c.mask * uint32(c.stride) }

// request returns the bytes to send, which must not be changed.
func (c *corpus) request(offset uint32) []byte {
	return c.plain[offset : int(offset)+c.size]
}

// check compares what came after the first got bytes of a reply. It returns
// where the reply differs from what it must be, or -1.
func (c *corpus) check(offset uint32, got int, reply []byte) int {
	want := c.upper[int(offset)+got:][:len(reply)]
	if bytes.Equal(reply, want) {
		return -1
	}
	for i := range reply {
		if reply[i] != want[i] {
			return got + i
		}
	}
	return -1
}

// A splitmix is a pseudo-random sequence of 64 bits (Steele, Lea, Flood, Fast
// splittable pseudorandom number generators, OOPSLA 2014): one addition and a
// few multiplications a request.
type splitmix uint64

func (s *splitmix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
