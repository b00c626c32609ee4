package echo_test

import (
	"bytes"
	"testing"

	"github.com/poolbench/poolbench/echo"
)

// mapped is the plain way to do what Upper does.
func mapped(src []byte) []byte {
	dst := bytes.Clone(src)
	for i, b := range dst {
		if b >= 'a' && b <= 'z' {
			dst[i] = b - 32
		}
	}
	return dst
}

func TestUpperChangesEveryByteAtEveryPositionAsThePlainWayDoes(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for b := range 256 {
				src := bytes.Repeat([]byte{0xff}, length)
				src[at] = byte(b)
				dst := make([]byte, length)
				echo.Upper(dst, src)
				if want := mapped(src); !bytes.Equal(dst, want) {
					t.Fatalf("byte %#x at %d of %d: got %x, want %x", b, at, length, dst, want)
				}
			}
		}
	}
}

func TestUpperMayWriteOverItsSourceAndNoFurther(t *testing.T) {
	text := []byte("grüße, мир, 10 cats and more")
	echo.Upper(text[:12], text[:12])
	if got, want := string(text), "GRüßE, мир, 10 cats and more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzUpper(f *testing.F) {
	f.Add([]byte("grüße, мир, `az{@AZ[ \x00\x7f\x80\xe1\xfa\xff"))
	f.Fuzz(func(t *testing.T, src []byte) {
		dst := make([]byte, len(src))
		echo.Upper(dst, src)
		if want := mapped(src); !bytes.Equal(dst, want) {
			t.Errorf("%x: got %x, want %x", src, dst, want)
		}
	})
}

func BenchmarkUpper(b *testing.B) {
	text := bytes.Repeat([]byte("The quick brown fox, "), 50)[:1024]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		echo.Upper(text, text)
	}
}
