package page

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// Input is what a page is made of.
type Input struct {
	Runs       []report.Run           // one or several, side by side
	Strategies []*strategies.Strategy // whose guarantees the page shows
	Servers    []*echo.Server         // ways to serve that are no strategies
	Questions  []string               // slugs; none: all
	Compared   *report.Comparison     // of two runs; nil: they are not compared
	Timeline   *report.Timeline       // of a history; nil: there is none
}

var (
	//go:embed page.html
	markup string
	//go:embed page.css
	style string
	//go:embed choose.js
	chooseScript string
	//go:embed page.js
	pageScript string
)

// MostCells is how many cells a page holds at most. A browser would take
// minutes over more.
const MostCells = 20_000

var page = template.Must(template.New("page").Parse(markup))

// Write writes the page. It holds what Write was given and nothing of when or
// where it was written: the same input makes the same bytes.
func Write(out io.Writer, in Input) error {
	view, err := newView(in)
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	view.Style = template.CSS("\n" + chart.Style + style)
	view.Script = template.JS("\n" + chooseScript + pageScript)
	view.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'",
		hash(string(view.Style)), hash(string(view.Script)))
	var b bytes.Buffer
	if err := page.Execute(&b, view); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	w := bufio.NewWriter(out)
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return w.Flush()
}

// hash names a style sheet or a script in a content-security policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
