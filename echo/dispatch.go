package echo

import "fmt"

// Dispatch says what a task of the pool is.
type Dispatch int

const (
	// PerConnection makes a connection one task: it keeps its place of the
	// pool until it ends, and whoever comes later waits.
	PerConnection Dispatch = iota

	// PerMessage makes every message a task, so that few places serve many
	// connections. A goroutine outside the pool reads each connection. It
	// waits for a message's task before it reads on, which keeps the order.
	PerMessage
)

var dispatchNames = [...]string{PerConnection: "connection", PerMessage: "message"}

// String returns "connection" or "message".
func (u Dispatch) String() string {
	if u < 0 || int(u) >= len(dispatchNames) {
		return "invalid"
	}
	return dispatchNames[u]
}

// MarshalText returns what String does, and an error for an invalid Unit.
func (u Dispatch) MarshalText() ([]byte, error) {
	if u.String() == "invalid" {
		return nil, fmt.Errorf("echo: no unit has the number %d", int(u))
	}
	return []byte(u.String()), nil
}

// UnmarshalText is the inverse of MarshalText. With it a Unit can be a
// command-line flag.
func (u *Dispatch) UnmarshalText(text []byte) error {
	for i, name := range dispatchNames {
		if name == string(text) {
			*u = Dispatch(i)
			return nil
		}
	}
	return fmt.Errorf("echo: no unit is called %q; use connection or message", text)
}
