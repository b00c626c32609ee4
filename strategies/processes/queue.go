package processes

// A queue holds the jobs that no worker has yet, first in first out. They are
// appended; what append moves to new memory are those that still wait.
type queue []call

func (q *queue) pop() (c call, ok bool) {
	if len(*q) == 0 {
		return call{}, false
	}
	c = (*q)[0]
	(*q)[0] = call{} // free what it holds
	*q = (*q)[1:]
	return c, true
}
