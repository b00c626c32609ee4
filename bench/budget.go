package bench

import "time"

// Time estimates how long the plan measures: as long as its budgets say or,
// where that is longer, as long as it takes to measure everything once.
func (p *Plan) Time() (total time.Duration) {
	for _, f := range p.forecasts() {
		total += f.total()
	}
	return total
}

// forecasts are those of the fan-outs and of the traffic.
func (p *Plan) forecasts() []*forecast {
	fanouts, traffic := p.parts()
	return []*forecast{newForecast(fanouts, p.Budget, p.Isolate), newForecast(traffic, p.Traffic, false)}
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
