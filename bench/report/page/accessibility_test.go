package page

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/poolbench/poolbench/bench/internal/lineup"
)

// tree returns what the browser tells a screen reader: the names of what there
// is, by role.
func tree(t *testing.T, ctx context.Context) map[string][]string {
	t.Helper()
	names := make(map[string][]string)
	do(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		got, err := cdp.Call(ctx, target, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		for _, node := range got.Nodes {
			if node.Ignored || node.Role == nil {
				continue
			}
			role, name := text(node.Role), ""
			if node.Name != nil {
				name = text(node.Name)
			}
			names[role] = append(names[role], name)
		}
		return nil
	}))
	return names
}

// text is a value of the tree, which is JSON.
func text(v *accessibility.Value) string {
	var s string
	if json.Unmarshal([]byte(v.Value), &s) != nil {
		return string(v.Value)
	}
	return s
}

func TestWhoDoesNotSeeThePageIsToldWhatItHolds(t *testing.T) {
	ctx := browser(t)
	url := "file://" + writePage(t, Input{Runs: runs(t, "quick", "reference"), Strategies: lineup.All, Servers: lineup.Servers, Timeline: timeline(t, "Parse", "v1.0.0")})
	do(t, ctx, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(url),
		js(`document.querySelectorAll("details").forEach(d => { d.open = true }); document.querySelectorAll("table").forEach(t => { t.style.contentVisibility = "visible" })`))
	told := tree(t, ctx)
	for _, c := range []struct {
		what  string
		roles []string // of which the browser uses one or several
		count string   // of such elements that are shown
	}{
		{"table", []string{"table", "grid"}, `document.querySelectorAll("table").length`},
		{"chart", []string{"image", "img"}, `[...document.querySelectorAll("svg")].filter(s => s.getClientRects().length > 0).length`},
		{"field", []string{"textbox", "searchbox", "spinbutton", "combobox", "checkbox"}, `document.querySelectorAll("input, select").length`},
		{"button", []string{"button"}, `document.querySelectorAll("button").length`},
		{"column", []string{"columnheader"}, `document.querySelectorAll("th[scope=col]").length`},
		{"row", []string{"rowheader"}, `document.querySelectorAll("th[scope=row]").length`},
	} {
		var names []string
		for _, role := range c.roles {
			names = append(names, told[role]...)
		}
		if want := ask[int](t, ctx, c.count); len(names) != want || want == 0 {
			t.Errorf("of %d elements that are a %s the browser tells of %d", want, c.what, len(names))
		}
		if slices.Contains(names, "") {
			t.Errorf("one that is a %s has no name, of %q", c.what, names[:min(20, len(names))])
		}
	}
	for what, count := range map[string]string{
		"headings of the first level":        `document.querySelectorAll("h1").length - 1`,
		"heads without a scope":              `document.querySelectorAll("th:not([scope])").length`,
		"tables without a head":              `[...document.querySelectorAll("table")].filter(t => t.querySelector("th") === null).length`,
		"charts that are none":               `document.querySelectorAll("figure svg.chart:not([role=img][aria-label])").length`,
		"heads that sort and do not say how": `[...document.querySelectorAll("th button")].filter(b => !["none", "ascending", "descending"].includes(b.parentElement.getAttribute("aria-sort"))).length`,
		"levels of headings left out":        `[...document.querySelectorAll("h1, h2, h3, h4")].map(h => Number(h.tagName[1])).filter((n, i, all) => i > 0 && n > all[i - 1] + 1).length`,
		"names that stand twice":             `(() => { const ids = [...document.querySelectorAll("[id]")].map(e => e.id); return ids.length - new Set(ids).size })()`,
	} {
		if n := ask[int](t, ctx, count); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

func TestThePageIsWalkedByKeyboard(t *testing.T) {
	ctx := browser(t)
	url := "file://" + writePage(t, Input{Runs: runs(t, "quick"), Strategies: lineup.All})
	do(t, ctx, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(url), chromedp.KeyEvent("\t"))
	const focus = `document.activeElement`
	if !ask[bool](t, ctx, focus+`.className === "skip" && `+focus+`.getBoundingClientRect().left >= 0`) {
		t.Fatalf("the first stop is %s", ask[string](t, ctx, focus+`.outerHTML.slice(0, 200)`))
	}
	do(t, ctx, chromedp.KeyEvent("\r"))
	if got := ask[string](t, ctx, focus+`.id + " " + location.hash`); got != "answers #answers" {
		t.Errorf("the skip link leads to %q", got)
	}
	inside := 0
	for stop := range 60 {
		do(t, ctx, chromedp.KeyEvent("\t"))
		if stop == 0 && !ask[bool](t, ctx, focus+`.closest("#answers") !== null`) {
			t.Errorf("after the skip link the next stop is %s", ask[string](t, ctx, focus+`.outerHTML.slice(0, 200)`))
		}
		outline := ask[string](t, ctx, fmt.Sprintf(`(s => s.outlineStyle + " " + s.outlineWidth)(getComputedStyle(%s))`, focus))
		if strings.HasPrefix(outline, "none ") || strings.HasSuffix(outline, " 0px") {
			t.Fatalf("stop %d is not to be seen: %s", stop, ask[string](t, ctx, focus+`.outerHTML.slice(0, 200)`))
		}
		if ask[bool](t, ctx, focus+`.closest("#choose") !== null`) {
			inside++
		}
	}
	if inside < 5 {
		t.Errorf("%d of 60 stops are in the form: the walk ends before it", inside)
	}
}
