package cognito

import (
	"hash/maphash"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// Locking out who guesses passwords. After 5 failures an account is locked for a
// second, and twice as long after each further one, up to 15 minutes. Attempts
// while it is locked are refused unseen and do not prolong it. A success, or 15
// minutes without a lock or a failure, begins anew. Source: Cognito developer
// guide, "Lockout behavior for failed sign-in attempts".
const (
	freeFailures = 5
	longestLock  = 15 * time.Minute
	quietTime    = 15 * time.Minute
)

// lockout is the count of an account's failures.
type lockout struct {
	Failures int
	Until    time.Time
}

// locked returns AWS's refusal while the account is locked.
func (s *Service) locked(tx *bbolt.Tx, key string) error {
	l, _, err := lockoutTable.get(tx, key, s.Now())
	if err != nil {
		return err
	}
	if s.Now().Before(l.Until) {
		return errAttemptsExceeded
	}
	return nil
}

// failed counts a wrong password.
func (s *Service) failed(tx *bbolt.Tx, key string) error {
	now := s.Now()
	l, _, err := lockoutTable.get(tx, key, now)
	if err != nil {
		return err
	}
	l.Failures++
	l.Until = now
	if n := l.Failures - freeFailures; n >= 0 {
		l.Until = now.Add(min(time.Second<<min(n, 10), longestLock))
	}
	return lockoutTable.put(tx, key, l, l.Until.Add(quietTime), now)
}

// accountLocks lets one password at a time be checked for an account, so that a
// thousand guesses made at once are counted like a thousand made in turn. Checking
// takes milliseconds, too long to hold the database's one writer. Accounts share a
// fixed number of locks: memory does not grow with users.
type accountLocks struct {
	once  sync.Once
	seed  maphash.Seed
	locks [256]sync.Mutex
}

// lock locks an account and returns how to unlock it.
func (a *accountLocks) lock(key string) (unlock func()) {
	a.once.Do(func() { a.seed = maphash.MakeSeed() })
	l := &a.locks[maphash.String(a.seed, key)%uint64(len(a.locks))]
	l.Lock()
	return l.Unlock
}
