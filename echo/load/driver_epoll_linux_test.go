package load

import (
	"net/netip"
	"testing"
	"time"
)

func TestAKernelWithoutEpollPwait2IsServedAsWell(t *testing.T) {
	coarse := func(a netip.AddrPort, clock func() int64, bind func(driver) *core) (driver, error) {
		d, err := newDriver(a, clock, bind)
		if err == nil {
			d.(*epollDriver).coarse = true
		}
		return d, err
	}
	r, err := loaded(t, coarse, Options{Addr: serve(t, upperCase), Connections: 4, Rate: 1000, Duration: 60 * time.Millisecond, Drain: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if r.Counts.Sent == 0 || r.Counts.Received != r.Counts.Sent {
		t.Errorf("%+v, want all answered", r.Counts)
	}
}
