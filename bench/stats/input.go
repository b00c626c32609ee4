package stats

import (
	"errors"
	"fmt"
	"math"
)

// finiteSample says what makes x no sample of numbers, or nil.
func finiteSample(x []float64) error {
	if len(x) == 0 {
		return errors.New("the sample is empty, want at least one value")
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("value %d of %d is %v, want finite values", i+1, len(x), v)
		}
	}
	return nil
}

// openUnit says what makes p no number strictly between 0 and 1, or nil.
func openUnit(name string, p float64) error {
	if !(0 < p && p < 1) {
		return fmt.Errorf("%s is %v, want a number between 0 and 1", name, p)
	}
	return nil
}

// intervalInput checks the arguments that every interval has in common.
func intervalInput(x []float64, confidence float64) error {
	if err := finiteSample(x); err != nil {
		return err
	}
	return openUnit("confidence", confidence)
}
