//go:build unix

package history

import (
	"errors"
	"fmt"
	"os"
)

// syncFolder makes the name of a new file last through a loss of power.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("the record is in its place, but might not outlast a loss of power: %w", err)
	}
	return nil
}
