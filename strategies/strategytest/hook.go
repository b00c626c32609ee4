package strategytest

import "github.com/poolbench/poolbench/strategies"

// hooked are the strategies a child process of this program can examine,
// because its Hook knows them.
var hooked []*strategies.Strategy

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
// it returns at once, and may be called again with other strategies.
func Hook(all ...*strategies.Strategy) {
	hooked = append(hooked, all...)
	if order := childOrder(); order != nil {
		for _, s := range all {
			if order.isFor(s) {
				order.carryOut(s)
			}
		}
	}
}

// isHooked reports whether a child process will find s through Hook.
func isHooked(s *strategies.Strategy) bool {
	for _, h := range hooked {
		if h == s {
			return true
		}
	}
	return false
}
