// Package experiment decides who runs when.
//
// What disturbs a measurement on a shared machine is time: its noise comes in
// periods of some fifty milliseconds, and what is measured alone for longer has
// measured its own period. So the things compared, the [Side] values, take
// turns of a millisecond or two:
//
//	block     every group once, in random order           Blocks
//	 process  a fresh process opens the sides of a group   Start, Host
//	  exchange  each side takes one turn, in random order  Exchanges
//	   turn       one side runs alone                      Side.Turn
//
// A process that lives on keeps its luck with placement, and so it is gone
// after some twenty exchanges. The process is the unit of every statistic: its
// value is the median over its exchanges of the logarithm of a ratio ([Ratio]).
//
// The sides of a group can live in one process, which is the quietest, or each
// in a process of its own, with the turn handed round between them
// ([Process.Side]). The order is drawn from a seed in either case, so that a
// run can be replayed and its test is a randomisation test.
package experiment
