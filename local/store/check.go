package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"syscall"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// check fails if there is a state file at path that is not whole: after a power cut, or
// on a disk that was full. bbolt finds out, too, but in a goroutine of its own, and ends
// the process with a stack trace.
func check(path string) (err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil // it is made
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a file")
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a page that the file ends before
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: it has %d bytes; %d were written", ErrDamaged, info.Size(), tx.Size())
		}
		return tx.ForEach(func(_ []byte, table *bbolt.Bucket) error {
			return table.ForEach(func(_, _ []byte) error { return nil }) // visits every page but those of long values
		})
	})
}

// explain tells bbolt's errors apart from those of the system.
func explain(err error) error {
	_, system := errors.AsType[syscall.Errno](err)
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrInUse
	case system:
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
