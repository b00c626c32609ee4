package choice

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Case is what somebody wants to run.
type Case struct {
	Grain      float64  `json:"grain"` // nanoseconds a task
	Tasks      int      `json:"tasks"`
	Limit      int      `json:"limit"` // most at once; 0: as many as there are
	Submitters int      `json:"submitters"`
	Blocking   bool     `json:"blocking"` // tasks wait; otherwise they compute
	Needs      []string `json:"needs"`    // slugs
}

// A Result is what fits a case, and what does not.
type Result struct {
	// Ranked are the strategies that fit: first those that took turns with
	// one another in the group that is nearest to the case, from the fastest
	// to the slowest; then those that were measured only farther away.
	Ranked []Ranked `json:"ranked"`

	Dropped    []Dropped `json:"dropped"`
	Unmeasured []string  `json:"unmeasured"` // they fit, and no figure is of their kind
}

// A Ranked is a strategy that fits, with the figure nearest to the case.
type Ranked struct {
	Name string `json:"name"`
	Cell Cell   `json:"cell"`

	// Distance is how far the cell is from the case, in doublings of the
	// length of a task; a doubling of the limit or of the number of
	// submitters counts half, one of the number of tasks a quarter.
	Distance float64 `json:"distance"`

	// Gap says in words what was measured instead; "" if it is the case.
	Gap string `json:"gap"`

	// Level says that its interval overlaps with that of the first.
	Level bool `json:"level"`

	// Nearest says that it is of the group that is nearest to the case.
	Nearest bool `json:"nearest"`
}

// A Dropped is a strategy that does not fit, with every reason.
type Dropped struct {
	Name    string   `json:"name"`
	Reasons []string `json:"reasons"`
}

// Choose says which strategies fit the case, ranked by the cells nearest to it.
// Page and terminal agree on it word for word: the script beside the page holds
// the same steps.
func (d *Data) Choose(c Case) Result {
	r := Result{Ranked: []Ranked{}, Dropped: []Dropped{}, Unmeasured: []string{}}
	var fits []Strategy
	for _, s := range d.Strategies {
		if reasons := s.reasons(c); len(reasons) > 0 {
			r.Dropped = append(r.Dropped, Dropped{s.Name, reasons})
			continue
		}
		nearest, found := d.nearest(s, c, "")
		if !found {
			r.Unmeasured = append(r.Unmeasured, s.Name)
			continue
		}
		r.Ranked, fits = append(r.Ranked, nearest), append(fits, s)
	}
	group := d.nearestGroup(fits, c, r.Ranked)
	for i, s := range fits {
		if in, found := d.nearest(s, c, group); found {
			in.Nearest = true
			r.Ranked[i] = in
		}
	}
	slices.SortStableFunc(r.Ranked, func(a, b Ranked) int {
		switch {
		case a.Nearest != b.Nearest && a.Nearest:
			return -1
		case a.Nearest != b.Nearest:
			return 1
		case a.Nearest:
			return cmp.Compare(a.Cell.Ratio, b.Cell.Ratio)
		}
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Cell.Ratio, b.Cell.Ratio))
	})
	for i := range r.Ranked {
		first, cell := r.Ranked[0].Cell, r.Ranked[i].Cell
		r.Ranked[i].Level = i > 0 && r.Ranked[i].Nearest && (first.High == 0 || cell.High == 0 || cell.Low <= first.High)
	}
	return r
}

// reasons says why a strategy does not fit.
func (s Strategy) reasons(c Case) (reasons []string) {
	if c.Limit > 0 && s.Unlimited != "" {
		reasons = append(reasons, s.Unlimited)
	}
	for _, need := range c.Needs {
		if reason := s.Unmet[need]; reason != "" {
			reasons = append(reasons, need+": "+reason)
		}
	}
	return reasons
}

// nearest returns the strategy's cell that is nearest to the case, in the group
// of that name or, if it is "", in any.
func (d *Data) nearest(s Strategy, c Case, group string) (nearest Ranked, found bool) {
	for _, cell := range d.Cells {
		if cell.Strategy != s.Name || cell.Blocking != c.Blocking || group != "" && cell.Group != group {
			continue
		}
		limited := s.limited(c)
		if distance := distance(c, cell, limited); !found || distance < nearest.Distance {
			nearest, found = Ranked{Name: s.Name, Cell: cell, Distance: distance, Gap: gap(c, cell, limited)}, true
		}
	}
	return nearest, found
}

// nearestGroup is the group of the cell that is nearest to the case; of several
// as near, the first of those in which the most strategies are.
func (d *Data) nearestGroup(fits []Strategy, c Case, ranked []Ranked) (best string) {
	least := math.Inf(1)
	for _, r := range ranked {
		least = min(least, r.Distance)
	}
	var groups []string
	members := make(map[string]map[string]bool)
	for _, cell := range d.Cells {
		i := slices.IndexFunc(fits, func(s Strategy) bool { return s.Name == cell.Strategy })
		if i < 0 || cell.Blocking != c.Blocking || distance(c, cell, fits[i].limited(c)) != least {
			continue
		}
		if members[cell.Group] == nil {
			groups, members[cell.Group] = append(groups, cell.Group), make(map[string]bool)
		}
		members[cell.Group][cell.Strategy] = true
	}
	for _, group := range groups {
		if len(members[group]) > len(members[best]) {
			best = group
		}
	}
	return best
}

// limited tells whether the limit matters: not to who knows none.
func (s Strategy) limited(c Case) bool { return s.Unlimited == "" && c.Limit > 0 }

// distance is how far a cell is from the case. See Ranked.Distance.
func distance(c Case, cell Cell, limited bool) float64 {
	sum := doublings(c.Grain, cell.Grain) + 0.25*doublings(float64(c.Tasks), float64(cell.Tasks)) +
		0.5*doublings(float64(c.Submitters), float64(cell.Submitters))
	if limited {
		sum += 0.5 * doublings(float64(c.Limit), float64(cell.Limit))
	}
	return math.Floor(1000*sum+0.5) / 1000
}

// doublings is how often the smaller of two must be doubled to reach the
// larger. Nothing is smaller than one.
func doublings(a, b float64) float64 { return math.Abs(math.Log2(max(a, 1)) - math.Log2(max(b, 1))) }

// gap says what was measured instead of the case.
func gap(c Case, cell Cell, limited bool) string {
	var words []string
	if doublings(c.Grain, cell.Grain) > 0 {
		words = append(words, "tasks of "+Span(cell.Grain)+", not "+Span(c.Grain))
	}
	if c.Tasks != cell.Tasks {
		words = append(words, strconv.Itoa(cell.Tasks)+" tasks, not "+strconv.Itoa(c.Tasks))
	}
	if limited && c.Limit != cell.Limit {
		words = append(words, "limit "+strconv.Itoa(cell.Limit)+", not "+strconv.Itoa(c.Limit))
	}
	if c.Submitters != cell.Submitters {
		words = append(words, "submitters: "+strconv.Itoa(cell.Submitters)+", not "+strconv.Itoa(c.Submitters))
	}
	return strings.Join(words, "; ")
}

// Span writes a length of time: "0", "250ns", "1.5us", "20ms".
func Span(ns float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}} {
		if ns >= unit.size {
			return strconv.FormatFloat(math.Floor(100*ns/unit.size+0.5)/100, 'f', -1, 64) + unit.name
		}
	}
	if ns < 1 {
		return "0"
	}
	return strconv.FormatFloat(math.Floor(100*ns+0.5)/100, 'f', -1, 64) + "ns"
}
