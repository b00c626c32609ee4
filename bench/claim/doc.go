// Package claim turns samples into claims: how much one cell has of a unit, by
// itself or as a multiple of a baseline's, with its interval, its verdict and
// the design that the comparison rests on. Every sentence, figure, table and
// file of this module renders the same claims, so that they cannot disagree.
//
// [Compare] makes the claims of one comparison, which are judged together;
// [Figures] makes claims that are compared with nothing. Both take cells of a
// results file and do not change them.
package claim
