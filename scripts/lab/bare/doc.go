// The command bare compares pools with next to nothing around them. It measures
// the record under results/stealing, on which the figures of strategies/stealing
// rest; scripts/bare builds it with the commit that the record is of.
//
//	bare -out FILE [-blocks N] [-time D] [-group PREFIX,...] [-seed N]
//
// The cells of package bench carry what makes their results believable: every
// task has an input, a checksum and a callback, which cost 6 to 14 ns on the
// machines they were measured on. That is too much to see what a pool costs that
// takes 30 ns a task. Here all tasks of a cell, but the last, are one and the
// same func, and all that it does besides its work is to count itself, once, in
// a counter that is seldom shared (tally.go). The bare loop and the two halves
// that pools are compared with call the same func. So its cost is part of the
// task, and never of a pool.
//
// What runs is otherwise as in package bench: sides take turns of a
// millisecond in random order, a process is restarted after at most twenty
// exchanges and is the unit of every statistic, and after every batch as many
// tasks must have run as were accepted. Sides share that process, except where
// they would help one another; see [Group].
//
// [Groups] lists what is compared, [Plan] measures it, and [Figures] holds the
// record against the targets of strategies/stealing. The record decides what the
// figures show: a strategy that joins the catalog later is compared when the
// next record is measured.
package main
