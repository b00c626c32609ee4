package bench

import "time"

// Time is how long the plan measures at the most, as far as it is bounded by
// time: what it has nothing for takes none.
func (p *Plan) Time() (total time.Duration) {
	fanouts, traffic := p.parts()
	if len(fanouts) > 0 {
		total += p.Budget.Time
	}
	if len(traffic) > 0 {
		total += p.Traffic.Time
	}
	return total
}

// Within changes how long the plan measures, and leaves fan-outs and traffic
// the shares of it that they have.
func (p *Plan) Within(total time.Duration) {
	fanouts, traffic := p.parts()
	switch {
	case len(traffic) == 0:
		p.Budget.Time = total
	case len(fanouts) == 0:
		p.Traffic.Time = total
	default:
		share := float64(p.Budget.Time) / float64(p.Budget.Time+p.Traffic.Time)
		p.Budget.Time = time.Duration(share * float64(total))
		p.Traffic.Time = total - p.Budget.Time
	}
}

// parts are the groups of fan-outs and those of traffic.
func (p *Plan) parts() (fanouts, traffic []PlannedGroup) {
	for _, g := range p.Groups {
		if g.traffic() {
			traffic = append(traffic, g)
		} else {
			fanouts = append(fanouts, g)
		}
	}
	return fanouts, traffic
}
