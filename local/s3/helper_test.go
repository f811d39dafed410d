package s3

import (
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
)

func newTestService(t *testing.T) *Service {
	t.Helper()
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s, err := New(Config{DB: db, Account: "123456789012", Region: "us-east-1", Now: func() time.Time { return time.Unix(1e9, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func countChunks(t *testing.T, s *Service) (n int) {
	t.Helper()
	if err := s.DB.View(func(tx *bbolt.Tx) error {
		if chunks := tx.Bucket(chunkTable); chunks != nil {
			return chunks.ForEachBucket(func([]byte) error { n++; return nil })
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
