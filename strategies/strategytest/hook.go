package strategytest

import "github.com/poolbench/poolbench/strategies"

// Hook makes the program able to prove rules in a child process. Call it at
// the beginning of main or TestMain with the strategies that may be examined,
// after the hook of a process pool, if there is one:
//
//	func main() {
//		processes.Hook(strategytest.Kinds...)
//		strategytest.Hook(all...)
//		...
//
// In the child, Hook proves the rules it was started for and exits. Otherwise
// it returns at once.
func Hook(all ...*strategies.Strategy) {}
