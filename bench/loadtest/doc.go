// Package loadtest measures servers under load. [Traffic] says what clients ask
// of an echo server; [Open] starts the server in a process of its own and makes
// a side whose turns put it under that load; [Summarize] makes values of the
// turns. The process that is started is answered by [Serve].
//
// Rates are shares of a capacity that is measured first: see [Capacity].
package loadtest
