// Package pooled serves the echo under a strategy: it opens the strategy's pool,
// hands it the unit that is asked for, and closes it after the drain.
//
// Strategies that run their tasks in other processes serve messages only. They
// know the work by its [Kind], which main or TestMain has to hook.
package pooled
