package cognito

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
)

// expiring is a table whose entries are gone when their time is over. Each write
// removes a few entries that are past it, so the table stays as small as what is
// still valid without a task of its own.
type expiring[V any] struct {
	entries store.Table[expiringEntry[V]]
	order   store.Table[struct{}] // by time: see orderKey
}

type expiringEntry[V any] struct {
	Expires time.Time
	Value   V
}

// sweptPerWrite is how many dead entries a write removes; above 1, so that a table
// shrinks faster than it grows.
const sweptPerWrite = 4

func newExpiring[V any](name string) expiring[V] {
	return expiring[V]{store.NewTable[expiringEntry[V]](name), store.NewTable[struct{}](name + "-by-time")}
}

// get returns the value under key unless it has expired.
func (t expiring[V]) get(tx *bbolt.Tx, key string, now time.Time) (value V, found bool, err error) {
	e, found, err := t.entries.Get(tx, key)
	if err != nil || !found || !now.Before(e.Expires) {
		return value, false, err
	}
	return e.Value, true, nil
}

// expires is when the value under key goes; the zero time if there is none.
func (t expiring[V]) expires(tx *bbolt.Tx, key string) (time.Time, error) {
	e, _, err := t.entries.Get(tx, key)
	return e.Expires, err
}

// put stores value under key until expires.
func (t expiring[V]) put(tx *bbolt.Tx, key string, value V, expires, now time.Time) error {
	if err := t.delete(tx, key); err != nil {
		return err
	}
	if err := t.sweep(tx, now); err != nil {
		return err
	}
	if err := t.entries.Put(tx, key, expiringEntry[V]{expires, value}); err != nil {
		return err
	}
	return t.order.Put(tx, orderKey(expires, key), struct{}{})
}

func (t expiring[V]) delete(tx *bbolt.Tx, key string) error {
	e, found, err := t.entries.Get(tx, key)
	if err != nil || !found {
		return err
	}
	if err := t.order.Delete(tx, orderKey(e.Expires, key)); err != nil {
		return err
	}
	return t.entries.Delete(tx, key)
}

var errEnough = errors.New("enough")

func (t expiring[V]) sweep(tx *bbolt.Tx, now time.Time) error {
	var dead []string
	limit := orderKey(now, "")
	err := t.order.Each(tx, "", func(key string, _ struct{}) error {
		if key >= limit || len(dead) == sweptPerWrite {
			return errEnough
		}
		dead = append(dead, key)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	for _, key := range dead {
		_, entry, _ := strings.Cut(key, "/")
		if err := errors.Join(t.order.Delete(tx, key), t.entries.Delete(tx, entry)); err != nil {
			return err
		}
	}
	return nil
}

// orderKey sorts by time, then key.
func orderKey(at time.Time, key string) string {
	return fmt.Sprintf("%016x/%s", at.UnixNano(), key)
}
