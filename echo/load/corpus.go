package load

import (
	"bytes"
	"math/rand/v2"
)

// offsets is how many different requests a corpus holds: enough that the reply
// to another request is hardly ever right by chance, few enough to stay in the
// processor's cache.
const offsets = 1 << 12

// A corpus is what is sent and what must come back: printable ASCII, more
// letters of either case than others, and its upper-case. A request is a
// window of it, so that drawing and checking one copy nothing.
type corpus struct {
	size  int // bytes of a request
	plain []byte
	upper []byte
}

func newCorpus(size int, seed uint64) *corpus {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	const others = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;!?()[]{}@`~^_-+*/'"
	draw := rand.New(rand.NewPCG(seed, 0x636f72707573e5d7))
	plain := make([]byte, size+offsets)
	for i := range plain {
		if draw.IntN(3) < 2 {
			plain[i] = letters[draw.IntN(len(letters))]
		} else {
			plain[i] = others[draw.IntN(len(others))]
		}
	}
	return &corpus{size: size, plain: plain, upper: bytes.ToUpper(plain)}
}

// request returns the bytes to send, which nobody may change.
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
