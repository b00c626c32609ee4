// Package chart draws numbers as SVG: curves, dots on rows, and a history.
//
// A function takes plain slices and the size to draw for, and returns one <svg>
// element. The same input gives the same bytes, on every machine.
//
// Colours are classes, with the rules in [Style]: there is no style attribute,
// so a page chooses between light and dark, and a content-security policy that
// forbids inline styles holds. Marker, dash and a name at its end tell curves
// apart without colour.
//
// The element has the role of an image, with a title and a description in words.
// Each value is a path of class "v" with a <title>, which browsers show when the
// pointer is over it. Values are no Tab stops, because a chart has hundreds: a
// script that moves the focus among them has their texts at hand.
//
// Everything that belongs to one curve or dot is in one group, of class "curve"
// and of [Class]. A script highlights it everywhere with two more classes: "on"
// for the groups to show, in their own colours, and "singled" for an element
// around them, in which all other groups fade.
package chart
