package results

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// longestLine is how long a line of text may be, in bytes. It is less than what
// benchfmt reads.
const longestLine = 60 << 10

// decoded returns the text of a file that may be compressed or in UTF-16. What
// is no text is an error that names the format.
func decoded(r io.Reader) (*bufio.Reader, error) {
	for range mostLayers {
		in := bufio.NewReaderSize(r, longestLine)
		head, err := in.Peek(16)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		begins := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
		switch {
		case begins("\x1f\x8b"):
			if r, err = gzip.NewReader(in); err != nil {
				return nil, fmt.Errorf("decompress with gzip: %w", err)
			}
			continue
		case begins("BZh") && len(head) > 9 && string(head[4:10]) == "1AY&SY":
			r = bzip2.NewReader(in)
			continue
		case begins("\xff\xfe\x00\x00"), begins("\x00\x00\xfe\xff"):
			return nil, errors.New("it is text in UTF-32: save it as UTF-8")
		case begins("\xff\xfe"), len(head) > 1 && head[0] != 0 && head[1] == 0 && !bytes.Contains(head, []byte{0, 0}):
			r = &utf16Reader{in: in, order: binary.LittleEndian}
			continue
		case begins("\xfe\xff"), len(head) > 1 && head[0] == 0 && head[1] != 0 && !bytes.Contains(head, []byte{0, 0}):
			r = &utf16Reader{in: in, order: binary.BigEndian}
			continue
		}
		for _, other := range foreign {
			if begins(other.magic) {
				return nil, fmt.Errorf("it is %s", other.what)
			}
		}
		if bytes.IndexByte(head, 0) >= 0 {
			return nil, errors.New("it is binary: want text in the Go benchmark format")
		}
		return in, nil
	}
	return nil, fmt.Errorf("it is compressed more than %d times over", mostLayers)
}

// mostLayers is how often a file may be compressed or encoded: there are files
// that decompress into themselves.
const mostLayers = 4

// foreign are formats that are taken for results by mistake.
var foreign = []struct{ magic, what string }{
	{"\x28\xb5\x2f\xfd", "compressed with zstd: decompress it first"},
	{"\xfd7zXZ\x00", "compressed with xz: decompress it first"},
	{"PK\x03\x04", "a zip archive: unpack it first"},
	{"\x7fELF", "a program: run it with -test.bench and keep what it prints"},
	{"MZ\x90\x00", "a program: run it with -test.bench and keep what it prints"},
	{"<!DOCTYPE html", "a page: want the results that it was made from"},
}

// A utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	text  []byte // decoded and not yet handed on
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	var err error
	for err == nil && (len(u.text) == 0 || len(u.text) < len(p) && u.in.Buffered() > 1) {
		var r rune
		if r, err = u.next(); err == nil {
			u.text = utf8.AppendRune(u.text, r)
		}
	}
	if len(u.text) == 0 {
		return 0, err
	}
	n := copy(p, u.text)
	u.text = append(u.text[:0], u.text[n:]...)
	return n, nil
}

// next reads a character, which may take two units. Half a unit at the end of the
// file is none.
func (u *utf16Reader) next() (rune, error) {
	r, err := u.unit()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	low, err := u.unit()
	return utf16.DecodeRune(r, low), err
}

func (u *utf16Reader) unit() (rune, error) {
	var two [2]byte
	_, err := io.ReadFull(u.in, two[:])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return rune(u.order.Uint16(two[:])), err
}
