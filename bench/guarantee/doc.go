// Package guarantee declares, once, what users need of a way to run tasks, and
// says of every strategy whether it guarantees that by default, with an option of
// its library, or not. The tables of the documents, the list, the page and the
// advisor all follow from it.
//
// What is said rests on traits, which the conformance kit proves.
package guarantee
