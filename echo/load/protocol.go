package load

import (
	"fmt"
	"slices"
	"strings"
)

// A Protocol says how messages lie on the wire. The reply to a message is its
// upper-case, on the wire in the same way.
type Protocol struct {
	Name string
	Doc  string // how messages lie on the wire, in a few words

	// Frame returns the bytes of one message, which is text without a line's
	// end. Messages of one length have frames of one length; nil: the message
	// as it is.
	Frame func(message []byte) []byte
}

// Protocols lists every protocol; the first is the default.
var Protocols = []*Protocol{Echo, Line}

var (
	// Echo is nothing but messages.
	Echo = &Protocol{Name: "echo", Doc: "one after the other"}

	// Line is what servers read that wait for the end of a line.
	Line = &Protocol{
		Name: "line", Doc: "each ends with a newline",
		Frame: func(message []byte) []byte { return append(slices.Clone(message), '\n') },
	}
)

// FindProtocol returns the protocol of a name, "" for the default.
func FindProtocol(name string) (*Protocol, error) {
	var names []string
	for _, p := range Protocols {
		if p.Name == name || name == "" {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return nil, fmt.Errorf("there is no protocol %q: give %s", name, strings.Join(names, " or "))
}
