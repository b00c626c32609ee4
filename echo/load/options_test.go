package load

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestOptionsThatCannotBeRunSayWhatToDo(t *testing.T) {
	good := Options{Addr: "localhost:1", Connections: 1, Rate: 1, Duration: time.Second}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		edit func(*Options)
		want string
	}{
		{"no address", func(o *Options) { o.Addr = "" }, "give host:port"},
		{"no connections", func(o *Options) { o.Connections = 0 }, "at least one"},
		{"no duration", func(o *Options) { o.Duration = 0 }, "such as 10s"},
		{"a warm-up below zero", func(o *Options) { o.Warmup = -1 }, "warm-up -1ns: give a duration of 0 or more"},
		{"a payload too large", func(o *Options) { o.Payload = MaxPayload + 1 }, "1 to 1048576"},
		{"churn below zero", func(o *Options) { o.Churn = -1 }, "churn -1: give 0 or more"},
		{"no rate", func(o *Options) { o.Rate = 0 }, "closed loop"},
		{"an infinite rate", func(o *Options) { o.Rate = math.Inf(1) }, "closed loop"},
		{"a rate that is no number", func(o *Options) { o.Rate = math.NaN() }, "closed loop"},
		{"a ramp below zero", func(o *Options) { o.RampTo = -1 }, "constant rate"},
		{"a rate in a closed loop", func(o *Options) { o.Closed = true }, "leave out"},
		{"more than can be scheduled", func(o *Options) { o.Rate = 1e9 }, "lower the rate"},
		{"unknown arrivals", func(o *Options) { o.Arrivals = 9 }, "Poisson or Uniform"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := good
			c.edit(&o)
			if err := o.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
