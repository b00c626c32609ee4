package advisor

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/guarantee"
)

// A Case is what a reader wants to run.
type Case struct {
	Grain      float64  `json:"grain"` // nanoseconds a task
	Tasks      int      `json:"tasks"`
	Limit      int      `json:"limit"` // most at once; 0: as many as there are
	Submitters int      `json:"submitters"`
	Waiting    bool     `json:"waiting"` // tasks wait; otherwise they compute
	Needs      []string `json:"needs"`   // names of guarantees
}

// Advice is what fits a case, and what does not. Every strategy is in Ranked,
// in Eligible or in Excluded: by its own name or, where only an option of it
// fits, by that of the variant.
type Advice struct {
	// Closest says in words which comparison was measured nearest to the case,
	// "" where none of its kind was, and Gap in what it differs; "" if it is the
	// case. Distance is how far it is: see Farthest.
	Closest  string  `json:"closest"`
	Gap      string  `json:"gap"`
	Distance float64 `json:"distance"`

	// Ranked are the strategies that fit, from the fastest to the slowest, by
	// that comparison. It is empty where the comparison is too far away.
	Ranked []Ranked `json:"ranked"`

	// Eligible are those that fit and are not ranked.
	Eligible []string   `json:"eligible"`
	Excluded []Excluded `json:"excluded"`

	// Notes say in sentences what else is known: a bound, what a limit means for
	// tasks that wait, whose pool comes first.
	Notes []string `json:"notes"`
}

// A Ranked is a strategy that fits, with its figure.
type Ranked struct {
	Figure

	// Tied says that it cannot be distinguished from the first: their intervals overlap,
	// or they differ by 1 % at most.
	Tied bool `json:"tied"`
}

// An Excluded is a strategy that does not fit, with every reason.
type Excluded struct {
	Name    string   `json:"name"`
	Reasons []string `json:"reasons"`
}

// Farthest is how far a comparison may be from a case to rank for it, in
// doublings of the length of a task. A doubling of the limit or of the number of
// submitters counts half, and one of the number of tasks a quarter. Where tasks
// wait, what counts of tasks and limit is how many rounds they make, and a
// doubling of it counts one: it is what such a burst takes.
const Farthest = 2

// negligible is the least difference that is ranked.
const negligible = 0.01

// Advise says which strategies fit the case, ranked by the comparison that was
// measured nearest to it, if one is near enough.
func (d *Data) Advise(c Case) Advice {
	a := Advice{Ranked: []Ranked{}, Eligible: []string{}, Excluded: []Excluded{}, Notes: []string{}}
	native := slices.ContainsFunc(c.Needs, func(need string) bool { return slices.Contains(d.IdiomNeeds, need) })
	fits := make(map[string][]string) // idioms, or one empty name for a callback, by strategy or variant
	for _, s := range d.Strategies {
		ways, reasons := s.ways(c, native)
		if len(ways) == 0 {
			a.Excluded = append(a.Excluded, Excluded{s.Name, reasons})
			continue
		}
		for _, w := range ways {
			name := s.variant(w.Option)
			if fits[name] == nil && (w.Option == "" || fits[s.Name] == nil) {
				a.Eligible = append(a.Eligible, name)
			}
			fits[name] = append(fits[name], w.Idiom)
		}
	}
	group := d.nearest(c, native, fits)
	if group != nil {
		a.Closest, a.Gap, a.Distance = group.inWords(), group.gap(c), group.distance(c)
		if a.Distance <= Farthest {
			a.rank(group, fits)
		}
	}
	a.note(d, c)
	return a
}

// ways are the ways to use a strategy that give all that the case needs: its
// idioms if native, or else its pool. If there is none the reasons say why.
func (s Strategy) ways(c Case, native bool) (ways []guarantee.Way, reasons []string) {
	needs := c.Needs
	if c.Limit > 0 && !slices.Contains(needs, "limit") {
		needs = append([]string{"limit"}, needs...)
	}
	for _, w := range s.Ways {
		if (w.Idiom != "") == native && !slices.ContainsFunc(needs, func(need string) bool { return !slices.Contains(w.Gives, need) }) {
			ways = append(ways, w)
		}
	}
	if len(ways) > 0 {
		return ways, nil
	}
	for _, need := range needs {
		if reason := s.Unmet[need]; reason != "" {
			reasons = append(reasons, need+": "+strings.TrimPrefix(reason, need+": "))
		}
	}
	if !slices.ContainsFunc(reasons, func(reason string) bool { return !strings.Contains(reason, ": only with ") }) {
		reasons = append(reasons, strings.Join(needs, " and ")+": not all at once")
	}
	return nil, reasons
}

// variant is how a strategy with an option is called.
func (s Strategy) variant(option string) string {
	if option == "" {
		return s.Name
	}
	return s.Name + "+" + option
}

// isOwn tells this project's own pool, with an option too.
func isOwn(name string) bool { return name == bench.Own || strings.HasPrefix(name, bench.Own+"+") }

// nearest is the group of the case's kind that is nearest to it and holds a
// strategy that fits; of several as near, the first of those with the most.
func (d *Data) nearest(c Case, native bool, fits map[string][]string) (best *Measurement) {
	most := 0
	for i := range d.Groups {
		g := &d.Groups[i]
		n := len(g.fitting(fits))
		if g.Waiting != c.Waiting || g.Native != native || n == 0 {
			continue
		}
		if best == nil || g.distance(c) < best.distance(c) || g.distance(c) == best.distance(c) && n > most {
			best, most = g, n
		}
	}
	return best
}

// fitting are the cells of strategies that fit.
func (g *Measurement) fitting(fits map[string][]string) (out []Figure) {
	for _, c := range g.Cells {
		if slices.Contains(fits[c.Strategy], c.Idiom) {
			out = append(out, c)
		}
	}
	return out
}

// distance is how far a group is from a case: see Farthest.
func (g *Measurement) distance(c Case) float64 {
	sum := doublings(c.Grain, g.Grain) + 0.5*doublings(float64(c.Submitters), float64(g.Submitters))
	if c.Waiting {
		sum += doublings(rounds(c.Tasks, c.Limit), rounds(g.Tasks, g.Limit))
	} else {
		sum += 0.25*doublings(float64(c.Tasks), float64(g.Tasks)) + 0.5*doublings(float64(atOnce(c.Tasks, c.Limit)), float64(atOnce(g.Tasks, g.Limit)))
	}
	return math.Floor(1000*sum+0.5) / 1000
}

// doublings is how often the smaller of two must be doubled to reach the
// larger. Nothing is smaller than one.
func doublings(a, b float64) float64 { return math.Abs(math.Log2(max(a, 1)) - math.Log2(max(b, 1))) }

// atOnce is how many tasks can run at once: without a limit, all.
func atOnce(tasks, limit int) int {
	if limit == 0 {
		return tasks
	}
	return min(tasks, limit)
}

// rounds is how many tasks wait one after the other.
func rounds(tasks, limit int) float64 {
	return math.Ceil(float64(tasks) / float64(atOnce(tasks, limit)))
}

// inWords says what was measured.
func (g *Measurement) inWords() string {
	does := "compute"
	if g.Waiting {
		does = "wait"
	}
	text := fmt.Sprintf("%d tasks that %s for %s, limit %d", g.Tasks, does, Span(g.Grain), g.Limit)
	if g.Grain == 0 {
		text = fmt.Sprintf("%d empty tasks, limit %d", g.Tasks, g.Limit)
	}
	if g.Submitters > 1 {
		text += fmt.Sprintf(", %d submitters", g.Submitters)
	}
	return text
}

// gap says what was measured instead of the case.
func (g *Measurement) gap(c Case) string {
	var words []string
	if doublings(c.Grain, g.Grain) > 0 {
		length := "tasks of " + Span(g.Grain)
		if g.Grain == 0 {
			length = "empty tasks"
		}
		words = append(words, length+", not "+Span(c.Grain))
	}
	if c.Tasks != g.Tasks {
		words = append(words, strconv.Itoa(g.Tasks)+" tasks, not "+strconv.Itoa(c.Tasks))
	}
	if atOnce(c.Tasks, c.Limit) != atOnce(g.Tasks, g.Limit) && c.Limit != g.Limit {
		limit := strconv.Itoa(c.Limit)
		if c.Limit == 0 {
			limit = "none"
		}
		words = append(words, "limit "+strconv.Itoa(g.Limit)+", not "+limit)
	}
	if c.Submitters != g.Submitters {
		words = append(words, "submitters: "+strconv.Itoa(g.Submitters)+", not "+strconv.Itoa(c.Submitters))
	}
	return strings.Join(words, "; ")
}

// rank ranks by a group.
func (a *Advice) rank(g *Measurement, fits map[string][]string) {
	for _, cell := range g.fitting(fits) {
		a.Ranked = append(a.Ranked, Ranked{Figure: cell})
		a.Eligible = slices.DeleteFunc(a.Eligible, func(name string) bool { return name == cell.Strategy })
	}
	slices.SortStableFunc(a.Ranked, func(x, y Ranked) int { return cmp.Compare(x.Ratio, y.Ratio) })
	first := a.Ranked[0]
	for i := range a.Ranked {
		r := &a.Ranked[i]
		r.Tied = i > 0 && (first.High == 0 || r.High == 0 || r.Low <= first.High || r.Ratio <= first.Ratio*(1+negligible))
	}
}

// note says what else is known.
func (a *Advice) note(d *Data, c Case) {
	if text := guarantee.Contradiction(c.Needs); text != "" {
		a.Notes = append(a.Notes, text+".")
	}
	if c.Waiting {
		least := rounds(c.Tasks, c.Limit) * c.Grain
		text := fmt.Sprintf("Waiting takes at least %s under any strategy", Span(least))
		if c.Limit > 0 && c.Limit < c.Tasks {
			text += fmt.Sprintf(": %s rounds of %d tasks; without a limit it would take %s", strconv.FormatFloat(rounds(c.Tasks, c.Limit), 'f', -1, 64), c.Limit, Span(c.Grain))
		}
		a.Notes = append(a.Notes, text+".")
	} else if d.Bound > 0 && c.Grain >= d.Bound {
		a.Notes = append(a.Notes, fmt.Sprintf("Speed does not decide: from tasks of %s on no pool is measurably faster than go f(), %s. Choose by guarantees.", Span(d.Bound), d.Uncertainty))
	}
	if len(a.Ranked) == 0 {
		return
	}
	if isOwn(a.Ranked[0].Strategy) {
		text := bench.Own + " is this project's own pool"
		if i := slices.IndexFunc(a.Ranked, func(r Ranked) bool { return !isOwn(r.Strategy) }); i > 0 {
			text += "; the best of the others is " + a.Ranked[i].Label()
		} else if i < 0 && len(a.Eligible) > 0 {
			text += "; others that fit, unmeasured: " + strings.Join(a.Eligible, ", ")
		}
		a.Notes = append(a.Notes, text+".")
	}
}

// Lead says in a sentence what the ranking rests on, or why there is none.
func (a Advice) Lead() string {
	switch {
	case a.Closest == "":
		return "No comparison of this kind was measured."
	case len(a.Ranked) == 0:
		return fmt.Sprintf("Nothing near enough to rank was measured; the closest is %s (%s).", a.Closest, a.Gap)
	case a.Gap == "":
		return fmt.Sprintf("Exactly this case was measured: %s.", a.Closest)
	}
	return fmt.Sprintf("Closest measured: %s (%s).", a.Closest, a.Gap)
}

// Label is how a ranked strategy is called: with the idiom that is needed.
func (c Figure) Label() string {
	if c.Idiom == "" {
		return c.Strategy
	}
	return c.Strategy + " " + c.Idiom
}

// Span writes a length of time with every digit that it has in its unit, down to
// a nanosecond: "0", "250ns", "1.001us", "20ms".
func Span(ns float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}} {
		if ns >= unit.size {
			return strconv.FormatFloat(math.Floor(ns+0.5)/unit.size, 'f', -1, 64) + unit.name
		}
	}
	if ns < 1 {
		return "0"
	}
	return strconv.FormatFloat(math.Floor(100*ns+0.5)/100, 'f', -1, 64) + "ns"
}
