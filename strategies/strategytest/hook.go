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
// it returns at once, and may be called again with other strategies. The child
// finds a strategy by its place in these calls, which must be the same there.
func Hook(all ...*strategies.Strategy) {
	known := len(hooked)
	hooked = append(hooked, all...)
	order := childOrder()
	if order == nil || order.Call.Hooked <= known || order.Call.Hooked > len(hooked) {
		return
	}
	for _, v := range strategies.WithVariants(hooked[order.Call.Hooked-1]) {
		if v.Name == order.Call.Strategy {
			order.carryOut(v)
		}
	}
}
