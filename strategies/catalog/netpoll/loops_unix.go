//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netpoll

import (
	"fmt"
	"sync"

	"github.com/cloudwego/netpoll"
)

// running are the library's loops, of which the program has one set. Configuring
// them is not safe while they are used.
var running struct {
	mu      sync.Mutex
	loops   int
	servers int
}

// acquire sets the number of loops, unless other servers use them.
func acquire(loops int) error {
	running.mu.Lock()
	defer running.mu.Unlock()
	if running.loops != loops {
		if running.servers > 0 {
			return fmt.Errorf("another server of this program runs on %d event loops, which it shares with all: use as many", running.loops)
		}
		if err := netpoll.Configure(netpoll.Config{PollerNum: loops}); err != nil {
			return err
		}
		netpoll.Initialize() // now, or the first servers would race to do it
		running.loops = loops
	}
	running.servers++
	return nil
}

func release() {
	running.mu.Lock()
	defer running.mu.Unlock()
	running.servers--
}
