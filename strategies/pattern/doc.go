// Package pattern holds the ways to get results back from a pool. Each is written
// once and is the same for every strategy: wait for each result before the next
// task ([WaitEach], the mistake), collect futures and read them after the pool is
// closed ([Collect]), or hand every result to a callback ([Callback]). [Submit]
// returns the [Future] they are made of.
package pattern
