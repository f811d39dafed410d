package mail

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
)

// Config is what a mailbox needs; every field is required.
type Config struct {
	DB   *bbolt.DB
	Now  func() time.Time
	Rand io.Reader
}

// Service is a mailbox. It is safe for concurrent use, and serves the page and the
// API to requests for this machine's own names.
type Service struct {
	db      *bbolt.DB
	now     func() time.Time
	rand    io.Reader
	handler http.Handler

	mu       sync.Mutex
	messages []stored      // oldest first, as in the database
	last     uint64        // the sequence number of the newest message ever
	cleared  uint64        // how often all messages were deleted
	changed  chan struct{} // closed, and replaced, at every change
}

var (
	_ Sender       = (*Service)(nil)
	_ http.Handler = (*Service)(nil)
)

// stored is a message and its place in the order of sending.
type stored struct {
	Sequence uint64  `json:"sequence"`
	Message  Message `json:"message"`
}

var (
	messagesTable = store.NewTable[stored]("mail/messages")
	sequenceTable = store.NewTable[uint64]("mail/sequence")
)

// sequenceKey is the one key of sequenceTable.
const sequenceKey = "last"

// New opens the mailbox in cfg.DB.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Now == nil || cfg.Rand == nil {
		return nil, errors.New("opening the mailbox: a database, a clock and randomness are required")
	}
	s := &Service{db: cfg.DB, now: cfg.Now, rand: cfg.Rand, changed: make(chan struct{})}
	s.handler = s.routes()
	err := s.db.View(func(tx *bbolt.Tx) (err error) {
		if s.last, _, err = sequenceTable.Get(tx, sequenceKey); err != nil {
			return err
		}
		return messagesTable.Each(tx, "", func(_ string, m stored) error {
			s.messages = append(s.messages, m)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("opening the mailbox: %w", err)
	}
	return s, nil
}

// Send puts m into the mailbox. It opens a transaction of its own, so it must not
// be called from within one on the same database.
func (s *Service) Send(m Message) error {
	if m.To == "" {
		return errors.New("sending mail: the recipient is empty")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := stored{Sequence: s.last + 1, Message: m}
	var err error
	if next.Message.ID, err = s.newID(next.Sequence); err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	next.Message.Sent = s.now().UTC()
	err = s.db.Update(func(tx *bbolt.Tx) error {
		if next.Sequence > Capacity {
			if err := messagesTable.Delete(tx, messageKey(next.Sequence-Capacity)); err != nil {
				return err
			}
		}
		return errors.Join(
			messagesTable.Put(tx, messageKey(next.Sequence), next),
			sequenceTable.Put(tx, sequenceKey, next.Sequence),
		)
	})
	if err != nil {
		return fmt.Errorf("sending mail: %w", err)
	}
	s.last = next.Sequence
	s.messages = append(s.messages, next)
	if s.messages[0].Sequence+Capacity <= s.last {
		s.messages = slices.Delete(s.messages, 0, 1)
	}
	s.announce()
	return nil
}

// Clear deletes every message.
func (s *Service) Clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, m := range s.messages {
			if err := messagesTable.Delete(tx, messageKey(m.Sequence)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("deleting mail: %w", err)
	}
	s.messages = nil
	s.cleared++
	s.announce()
	return nil
}

// announce wakes everybody who waits for a change. s.mu is held.
func (s *Service) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// messageKey sorts as the sequence does.
func messageKey(sequence uint64) string { return fmt.Sprintf("%010d", sequence) }

// newID makes an id that sorts by time of sending. Its random end keeps an id of
// a mailbox that was wiped from naming a message in the next.
func (s *Service) newID(sequence uint64) (string, error) {
	var random [4]byte
	if _, err := io.ReadFull(s.rand, random[:]); err != nil {
		return "", fmt.Errorf("making a message id: %w", err)
	}
	return messageKey(sequence) + "-" + hex.EncodeToString(random[:]), nil
}
