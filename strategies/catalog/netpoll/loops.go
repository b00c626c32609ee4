package netpoll

// Loops is how many event loops the documentation of netpoll advises on a
// machine with that many CPUs.
func Loops(cpus int) int { return cpus/20 + 1 }
