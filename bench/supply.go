package bench

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// A supply gives each batch the pool that it runs on: the one that is kept, or
// one of its own.
type supply[P io.Closer] struct {
	limit int
	open  func(limit int) (P, error)
	keeps bool
	kept  P // the zero value unless keeps
}

func newSupply[P io.Closer](c Cell, open func(limit int) (P, error)) (s supply[P], err error) {
	s = supply[P]{limit: c.Limit, open: open, keeps: c.Pool == Kept}
	if s.keeps {
		s.kept, err = s.fresh()
	}
	return s, err
}

func (s *supply[P]) fresh() (P, error) {
	pool, err := s.open(s.limit)
	if err != nil {
		err = fmt.Errorf("open a pool of %d: %w", s.limit, err)
	}
	return pool, err
}

// Close closes the pool that is kept.
func (s *supply[P]) Close() error {
	if !s.keeps {
		return nil
	}
	return s.kept.Close()
}

// use calls f with a batch's pool and, when it is the batch's own, closes it.
func (s *supply[P]) use(f func(pool P) error) error {
	if s.keeps {
		return f(s.kept)
	}
	pool, err := s.fresh()
	if err != nil {
		return err
	}
	return errors.Join(f(pool), pool.Close())
}

// collect calls f with a pool that f closes.
func (s *supply[P]) collect(f func(pool P) error) error {
	pool, err := s.fresh()
	if err != nil {
		return err
	}
	return f(pool)
}

// callback lets submit hand a batch over, and waits until every task has
// called back. It returns how long the handing over took, opening included.
func (s *supply[P]) callback(b *batch, submit func(pool P) error) (submitted time.Duration, err error) {
	start := time.Now()
	b.pending.Store(int64(len(b.records)))
	err = s.use(func(pool P) error {
		err := submit(pool)
		submitted = time.Since(start)
		return err
	})
	if err == nil {
		err = b.settle(!s.keeps)
	}
	return submitted, err
}
