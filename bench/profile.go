package bench

import "time"

// A Profile is how much is measured: which groups, and for how long.
type Profile struct {
	Name      string
	Doc       string
	Time      time.Duration // for all sessions of fan-outs together
	Traffic   time.Duration // for all sessions of traffic on servers together
	Exchanges int           // in each process
	rank      int
}

// The profiles, from the shortest.
var (
	Quick = &Profile{
		Name: "quick", Doc: "an answer to every question in two and a half minutes",
		Time: 75 * time.Second, Traffic: 72 * time.Second, Exchanges: 4, rank: 0,
	}
	Standard = &Profile{
		Name: "standard", Doc: "more limits, sizes and kinds of work, and narrower intervals, in half an hour",
		Time: 19 * time.Minute, Traffic: 8 * time.Minute, Exchanges: 20, rank: 1,
	}
	Full = &Profile{
		Name: "full", Doc: "every workload, up to a million tasks and 64 submitters, in two and a half hours",
		Time: 2 * time.Hour, Traffic: 30 * time.Minute, Exchanges: 20, rank: 2,
	}
)

// Profiles lists every profile.
var Profiles = []*Profile{Quick, Standard, Full}
