// Package history keeps what was measured of one commit after another, and
// finds the commits at which it changed.
//
// A [Record] is one job on one commit: for each cell the ratio of its time to
// that of a reference which was measured in the same job. Times of different
// days and machines cannot be compared; such ratios can, as long as the
// reference stays what it is. What a cell allocates is kept as it is, because it
// does not depend on the day. Records of different machine classes, or with
// different references, are never put into one series.
//
// A record is a text file in the Go benchmark format, which benchstat reads as
// well, and lies in a folder named after its machine class:
//
//	results/history/linux-amd64-2cpu-example/20260115T120000Z-0123456789ab.txt
//
// Records are only ever added ([Add]), each a file of its own: whole from the
// moment it is there, and never written to again. So several jobs can add at the
// same time, branches that both added merge without a conflict, and a full disk
// costs the new record alone. Adding the same record again changes nothing.
//
// # What is found
//
// [Find] searches each series with [stats.Changes], by E-divisive with the end
// of the later stretch free. With that end fixed a level that came and went, 8
// slower builds among 100, was found in 1 % of the series in place of 44 %. The
// t-test that Hunter puts in the place of permutations is quicker, but its level
// does not count that the place was chosen for its difference.
//
// How many of 1000 simulated series showed a change, by its size in standard
// deviations of a build's noise, which is normal (seeds 0 to 999, twice as many
// permutations as the level needs; tests of bench/stats repeat some of it):
//
//	                                         5 series shown  30 series shown
//	no change, 40 builds                              1.0 %            0.3 %
//	no change, one build in ten 4x as noisy           0.7 %            0.3 %
//	in the middle of 40 builds, 1.0                    28 %             14 %
//	                            1.7                    86 %             71 %
//	                            2.0                    96 %             91 %
//	                            3.3                   100 %            100 %
//	5 builds before the end of 40, 1.7                 24 %              9 %
//	                               3.3                 97 %             90 %
//	3 builds before the end of 40, 3.3                 65 %             32 %
//	8 builds of 100, 1.7                               44 %             26 %
//	20 builds of 100, 1.7                              95 %             87 %
//
// At 1.7 the very commit was named in half of those found, at 3.3 in nine of
// ten; the range of commits held it in 88 to 99 %, least where few were found.
package history
