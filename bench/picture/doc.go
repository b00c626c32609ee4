// Package picture draws what was measured, as SVG.
//
// Every function takes plain slices and the size to draw for, so that the same
// picture is drawn once for a wide page and once for a telephone. What is drawn
// can be told apart without colour, by marker, dash and a name at its end. No
// picture has a style attribute: colours are classes, whose rules are [Style],
// so that a page decides between light and dark, and a content-security policy
// that allows no inline style holds.
package picture
