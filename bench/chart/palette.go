package chart

import (
	"fmt"
	"strings"
)

// Style is the style sheet of every chart, for the light and the dark theme.
// The hues keep their distance for readers who see no red or no green, and each
// has a contrast of three to one or more to the ground it stands on.
const Style = `
.chart{color:var(--ink);fill:currentColor;font:11px "Liberation Sans",Arial,Helvetica,sans-serif;max-width:100%;height:auto;display:block}
.chart,:root{--ink:#1c2126;--quiet:#5b6670;--rule:#d9dee3;--c0:#0067a8;--c1:#c24e00;--c2:#007a5a;--c3:#a3408a;--c4:#8f6400;--c5:#3b8fc4;--c6:#8c2d19;--c7:#5a6b2e}
@media(prefers-color-scheme:dark){.chart,:root{--ink:#e6e9ec;--quiet:#a2adb7;--rule:#39424b;--c0:#62b5f0;--c1:#ff9a5c;--c2:#3fd3a2;--c3:#eb9ccb;--c4:#e3b53f;--c5:#9fc6ff;--c6:#ffab9b;--c7:#b9d07c}}
.chart .line{fill:none;stroke:currentColor}.chart .quiet{color:var(--quiet)}.chart .rule{color:var(--rule)}.chart .interval{opacity:.5}.chart .tied{opacity:.08}.chart .ink{color:var(--ink)}
.chart .v{pointer-events:all;stroke:transparent;stroke-width:8}
.chart .c0{color:var(--c0)}.chart .c1{color:var(--c1)}.chart .c2{color:var(--c2)}.chart .c3{color:var(--c3)}
.chart .c4{color:var(--c4)}.chart .c5{color:var(--c5)}.chart .c6{color:var(--c6)}.chart .c7{color:var(--c7)}
.chart .grey:not(.on),.chart .grey:not(.on) .ink{color:var(--quiet)}.chart .grey:not(.on) path{opacity:.4}.chart .grey:not(.on) .interval{opacity:0}
.singled .curve:not(.on){opacity:.2}
`

// hues is how many colours of their own there are.
const hues = 8

// Plain is the look of what everything else is held against: the colour of
// the text, an unbroken line and round markers.
const Plain = -1

// Class is the class of everything in a chart that belongs to a look.
func Class(look int) string {
	class, _, _ := strings.Cut(classOf(look, false), " ")
	return class
}

// classOf is the class of a look, and that of its colour.
func classOf(look int, grey bool) (class string) {
	class = "k"
	if look != Plain {
		class = fmt.Sprintf("k%d c%d", look, look%hues)
	}
	if grey {
		class += " grey"
	}
	return class
}

// markers are relative paths around a value, and dashes those of lines.
var (
	markers = [...]string{
		"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0", "m-2.7-2.7h5.4v5.4h-5.4z", "m0-3.6l3.3 5.8h-6.6z", "m0-4l4 4-4 4-4-4z",
		"m0 3.6l3.3-5.8h-6.6z", "m-1-3.5h2v2.5h2.5v2h-2.5v2.5h-2v-2.5h-2.5v-2h2.5z", "m0-1.5l2-2 1.5 1.5-2 2 2 2-1.5 1.5-2-2-2 2-1.5-1.5 2-2-2-2 1.5-1.5z", "m-4-1.3h8v2.6h-8z",
	}
	dashes = [...]string{"none", "6 3", "2 2", "8 2 2 2"}
)

// marker is the marker of a look. The second round of colours begins at another
// marker, so that what shares a colour shares no marker.
func marker(look int) string {
	look = max(look, 0) // a plain look is round
	return markers[(look+3*(look/hues))%len(markers)]
}

// stroke is how a curve of a look is drawn, as attributes.
func stroke(look int) string {
	if look == Plain {
		return ` stroke-width="2"`
	}
	return fmt.Sprintf(` stroke-width="1.4" stroke-dasharray="%s"`, dashes[(look/hues+look)%len(dashes)])
}
