// Package s3 is Amazon S3 as far as the stacks, the cdk CLI and the local edge use
// it: buckets, objects with versions, multipart uploads and bucket policies.
//
// The gofakes3 library speaks the protocol; this package keeps the state in the
// local cloud's database, reads objects (gofakes3 lacks most conditional requests
// and the ETag of a multipart upload) and refuses what neither implements, so that
// no request is answered as if it had been another. Requests on the AWS endpoint
// are the account owner's; the edge reads through [Service.Object], which asks the
// bucket policy. Known differences are in DIFFERENCES.md, each with a test
// whose name starts with TestDiffers where it can be tested.
package s3

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// Config is what a [Service] is made of; every field is required.
type Config struct {
	DB              *bbolt.DB
	Account, Region string
	Now             func() time.Time
}

// Service is S3 in one account and Region. It is an http.Handler for S3's REST
// protocol, path style (http://localhost:4566/bucket/key) and virtual-host style
// (http://bucket.localhost:4566/key).
type Service struct {
	Config
	protocol http.Handler // gofakes3
	readers  readers
}

// New opens S3's part of the database and removes the bytes of uploads that the
// end of an earlier process cut off.
func New(c Config) (*Service, error) {
	s := &Service{Config: c, readers: readers{open: map[uint64]int{}, doomed: map[uint64]bool{}}}
	s.protocol = gofakes3.New(backend{s},
		gofakes3.WithTimeSource(clock(c.Now)),
		gofakes3.WithMetadataSizeLimit(0), // it counts more than the metadata: see checkMetadata
		gofakes3.WithTimeSkewLimit(0),     // tests move the clock; requests are not authenticated by time either
	).Server()
	if err := s.sweep(); err != nil {
		return nil, fmt.Errorf("removing what unfinished uploads left: %w", err)
	}
	return s, nil
}

// update runs change in a transaction during which no reader starts, so that the
// bytes of what change deletes are not taken from under one.
func (s *Service) update(change func(tx *bbolt.Tx) error) error {
	s.readers.starting.Lock()
	defer s.readers.starting.Unlock()
	return s.DB.Update(change)
}

// now is the time as S3 keeps it: in UTC and whole seconds, because Last-Modified
// says no more and a condition on it must be able to be met.
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Second) }

// clock is a gofakes3.TimeSource.
type clock func() time.Time

func (c clock) Now() time.Time                  { return c() }
func (c clock) Since(t time.Time) time.Duration { return c().Sub(t) }

// readers knows the blobs that are being read. What is deleted meanwhile is only
// marked, and removed when its last reader has closed it: a download that has
// started ends with the bytes it started with, as on AWS.
type readers struct {
	starting sync.RWMutex // held for writing while blobs are deleted
	mu       sync.Mutex   // guards the maps
	open     map[uint64]int
	doomed   map[uint64]bool
}
