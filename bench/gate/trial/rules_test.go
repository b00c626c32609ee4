package trial

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestAPlanRecordsEveryRule(t *testing.T) {
	recorded := make(map[string]any)
	text, err := json.Marshal(Default)
	if err == nil {
		err = json.Unmarshal(text, &recorded)
	}
	if err != nil {
		t.Fatal(err)
	}
	if fields := reflect.TypeFor[Rules]().NumField(); len(recorded) != fields {
		t.Errorf("%d of %d rules are recorded: %s", len(recorded), fields, text)
	}
	// Other rules than any that the program knows come back as they were.
	other := Default
	fields := reflect.ValueOf(&other).Elem()
	for i := range fields.NumField() {
		switch f := fields.Field(i); {
		case f.CanFloat():
			f.SetFloat(f.Float() / 3)
		case f.CanInt():
			f.SetInt(3*f.Int() + 1)
		default:
			f.Set(reflect.ValueOf([]int{5, 7}))
		}
	}
	var read Rules
	if text, err = json.Marshal(other); err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil || !reflect.DeepEqual(read, other) {
		t.Errorf("got %+v, %v; want %+v", read, err, other)
	}
}

func TestWhatAnOldPlanDoesNotRecordIsAsItWasThen(t *testing.T) {
	// As plans of version 2 had them at first. These values stay as they are
	// whatever Default becomes.
	const old = `{"alpha":0.009,"screen-alpha":0.1,"clear-alpha":0.01,"same-alpha":0.05,"power":0.8,"screen-looks":[8,16,32],"confirm-least":30,"confirm-most":200}`
	want := Rules{
		Alpha: 0.009, AllocAlpha: 0.001, ScreenAlpha: 0.10, ClearAlpha: 0.01, SameAlpha: 0.05, Power: 0.80,
		Theta: 0.02, ThetaP50: 0.05, ThetaP99: 0.10, LeastBytes: 0.01,
		ScreenLooks: []int{8, 16, 32}, SuspectShare: 0.5, ScreenReserve: 1,
		ConfirmLooks: 2, ConfirmSpare: 1, ConfirmLeast: 30, ConfirmMost: 200, ConfirmAim: 1.5, ConfirmPower: 0.90, ConfirmLater: 3,
		TurnTime: 1500 * time.Microsecond, PairTime: 130 * time.Millisecond, MostExchanges: 20,
		MostLate: 0.50, MostSteal: 0.10, MostRedone: 0.20, LeastRedone: 3,
		LinkShare: 0.25, LeastLayouts: 24, MostLayouts: 96, ScreenOneIn: 3,
		ScreenShare: 0.6, Grace: 0.25, LeastGrace: 30 * time.Second, ConfirmGrace: 0.5,
	}
	var got Rules
	if err := json.Unmarshal([]byte(old), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if err := got.Validate(); err != nil {
		t.Errorf("a rule that was added later has no value for older plans: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"alpha":"little"}`), &got); err == nil {
		t.Error("rules without a meaning were read")
	}
}

func TestRulesWithoutAMeaningAreNamed(t *testing.T) {
	for want, change := range map[string]func(*Rules){
		"":                                 func(*Rules) {},
		"alpha is 0":                       func(r *Rules) { r.Alpha = 0 },
		"screen alpha is 1.5":              func(r *Rules) { r.ScreenAlpha = 1.5 },
		"confirm aim is 0.75":              func(r *Rules) { r.ConfirmAim = 0.75 },
		"turn time is 0":                   func(r *Rules) { r.TurnTime = 0 },
		"do not ascend":                    func(r *Rules) { r.ScreenLooks = []int{8, 8} },
		"at least one look of the screen":  func(r *Rules) { r.ScreenLooks = nil },
		"3 looks of the confirm stage":     func(r *Rules) { r.ConfirmLooks = 3 },
		"no negative count":                func(r *Rules) { r.ConfirmSpare = -1 },
		"want layouts for both stages":     func(r *Rules) { r.ScreenOneIn = 1 },
		"one pair to confirm":              func(r *Rules) { r.ConfirmMost = 29 },
		"at most as many as the most":      func(r *Rules) { r.LeastLayouts = 97 },
		"rules of the gate: grace is -0.5": func(r *Rules) { r.Grace = -0.5 },
	} {
		rules := Default
		change(&rules)
		err := rules.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
