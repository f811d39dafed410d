// Package store keeps the state of the local cloud in one bbolt file.
//
// A [Table] is a bbolt bucket whose values are JSON. Everything that must change
// together changes in one bbolt transaction, which is also what serialises
// writers: a counter read and written in one Update cannot be raced.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// lockWait is how long Open waits for another process to let go of the file.
const lockWait = 200 * time.Millisecond

// ErrInUse means that another process has the state file open.
var ErrInUse = errors.New("the state file is in use by another process")

// ErrDamaged means that the state file is not one, or not all of one.
var ErrDamaged = errors.New("the state file is damaged")

// Open opens, or creates, the state file at path. It fails with an error that
// wraps [ErrInUse] when another process holds the file, or [ErrDamaged].
//
// The file is not synced to disk after each transaction: state survives the end
// of the process however it ends (kill -9 included), not a power cut.
func Open(path string) (*bbolt.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("creating the state folder: %w", err)
	}
	if err := check(path); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, NoSync: true, NoFreelistSync: true})
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, explain(err))
	}
	return db, nil
}

// Forget deletes the state file at path, if there is one, unless another process has
// it open: then its error wraps [ErrInUse].
func Forget(path string) error {
	db, err := Open(path)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	if err == nil {
		if err := db.Close(); err != nil {
			return err
		}
	}
	return os.Remove(path)
}

// OpenTemporary opens an empty state that nothing outlives: its file has no name
// by the time OpenTemporary returns, so the memory goes when the process does.
func OpenTemporary() (*bbolt.DB, error) {
	dir, err := os.MkdirTemp("", "gatehouse-state-*")
	if err != nil {
		return nil, fmt.Errorf("creating temporary state: %w", err)
	}
	db, err := Open(filepath.Join(dir, "state.db"))
	return db, errors.Join(err, os.RemoveAll(dir))
}

// Table is a named bbolt bucket with JSON values of type V.
type Table[V any] struct {
	name []byte
}

// NewTable names a table. Names are "service/what": "cognito/users".
func NewTable[V any](name string) Table[V] {
	return Table[V]{name: []byte(name)}
}

// Get returns the value under key, and whether there is one.
func (t Table[V]) Get(tx *bbolt.Tx, key string) (value V, found bool, err error) {
	bucket := tx.Bucket(t.name)
	if bucket == nil {
		return value, false, nil
	}
	data := bucket.Get([]byte(key))
	if data == nil {
		return value, false, nil
	}
	if err := json.Unmarshal(data, &value); err != nil {
		return value, false, fmt.Errorf("reading %s %q: %w", t.name, key, err)
	}
	return value, true, nil
}

// Put stores value under key. tx must be writable.
func (t Table[V]) Put(tx *bbolt.Tx, key string, value V) error {
	bucket, err := tx.CreateBucketIfNotExists(t.name)
	if err != nil {
		return fmt.Errorf("creating table %s: %w", t.name, err)
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("writing %s %q: %w", t.name, key, err)
	}
	return bucket.Put([]byte(key), data)
}

// Delete removes the value under key, if there is one. tx must be writable.
func (t Table[V]) Delete(tx *bbolt.Tx, key string) error {
	bucket := tx.Bucket(t.name)
	if bucket == nil {
		return nil
	}
	return bucket.Delete([]byte(key))
}

// Each calls visit for every value whose key starts with prefix, in key order,
// until visit returns an error, which Each returns. visit must not change the table.
func (t Table[V]) Each(tx *bbolt.Tx, prefix string, visit func(key string, value V) error) error {
	return t.EachFrom(tx, prefix, prefix, visit)
}

// EachFrom is Each from the key start on, which need not exist.
func (t Table[V]) EachFrom(tx *bbolt.Tx, prefix, start string, visit func(key string, value V) error) error {
	bucket := tx.Bucket(t.name)
	if bucket == nil {
		return nil
	}
	cursor := bucket.Cursor()
	for k, data := cursor.Seek([]byte(start)); k != nil && strings.HasPrefix(string(k), prefix); k, data = cursor.Next() {
		var value V
		if err := json.Unmarshal(data, &value); err != nil {
			return fmt.Errorf("reading %s %q: %w", t.name, k, err)
		}
		if err := visit(string(k), value); err != nil {
			return err
		}
	}
	return nil
}

// DeletePrefix removes every value whose key starts with prefix. tx must be writable.
func (t Table[V]) DeletePrefix(tx *bbolt.Tx, prefix string) error {
	bucket := tx.Bucket(t.name)
	if bucket == nil {
		return nil
	}
	cursor := bucket.Cursor()
	// Seek again each time: where Next stands after Delete is not defined.
	for k, _ := cursor.Seek([]byte(prefix)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = cursor.Seek([]byte(prefix)) {
		if err := cursor.Delete(); err != nil {
			return fmt.Errorf("clearing table %s: %w", t.name, err)
		}
	}
	return nil
}
