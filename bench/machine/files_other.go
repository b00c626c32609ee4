//go:build !unix

package machine

import "math"

// OpenFiles has no limit of the kind that Unix has.
func OpenFiles() int { return math.MaxInt32 }
