// Package question answers what users ask from what was measured.
//
// A [Question] is data: its parts name groups, a unit and a baseline, and a
// shape that makes sentences of the claims. [Evidence.Compare] evaluates every
// comparison, and so the sentences of an answer, the figure that it leads with
// and the tables rest on the same claims.
//
// To add a question, declare a value in questions.go and append it to [All].
package question
