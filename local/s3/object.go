package s3

import (
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
)

// version is one version of an object, or a delete marker.
type version struct {
	ID           string `json:",omitempty"` // empty: the null version
	DeleteMarker bool   `json:",omitempty"`
	Modified     time.Time
	ETag         string            `json:",omitempty"` // without quotes
	Header       map[string]string `json:",omitempty"` // Content-Type, Cache-Control, X-Amz-Meta-…
	Blobs        []blob            `json:",omitempty"`
}

func (v version) size() (n int64) {
	for _, b := range v.Blobs {
		n += b.Size
	}
	return n
}

// history is what is kept of one key, newest version first, never empty.
type history []version

// current is the version that a request without version id sees, if there is one.
func (h history) current() (version, bool) {
	if len(h) == 0 || h[0].DeleteMarker {
		return version{}, false
	}
	return h[0], true
}

// find is the version with the given id; "null" and "" are the null version.
func (h history) find(id string) int {
	if id == "null" {
		id = ""
	}
	return slices.IndexFunc(h, func(v version) bool { return v.ID == id })
}

// objects holds every key's history under objectKey(bucket, key).
var objects = store.NewTable[history]("s3/objects")

// errStop ends a walk early.
var errStop = errors.New("stop")

// putVersion makes v the current version of key and returns its id. Where the
// bucket is not versioned it takes the place of the null version.
func (s *Service) putVersion(tx *bbolt.Tx, bucketName string, b bucket, key string, v version) (id string, err error) {
	h, _, err := objects.Get(tx, objectKey(bucketName, key))
	if err != nil {
		return "", err
	}
	if b.Encryption != "" && !v.DeleteMarker && v.Header[sseHeader] == "" {
		v.Header[sseHeader] = b.Encryption
	}
	if b.Versioning == versioningEnabled {
		v.ID = newVersionID()
	} else if i := h.find(""); i >= 0 {
		if err := s.dropBlobs(tx, h[i].Blobs); err != nil {
			return "", err
		}
		h = slices.Delete(h, i, i+1)
	}
	return v.ID, objects.Put(tx, objectKey(bucketName, key), slices.Insert(h, 0, v))
}

// removeObject does what DELETE without a version id does: where the bucket is or
// was versioned it adds a delete marker, otherwise it removes the object.
func (s *Service) removeObject(tx *bbolt.Tx, bucketName string, b bucket, key string) (marker bool, id string, err error) {
	if b.Versioning != "" {
		id, err = s.putVersion(tx, bucketName, b, key, version{DeleteMarker: true, Modified: s.now()})
		return true, id, err
	}
	return false, "", s.removeAll(tx, bucketName, key)
}

func (s *Service) removeAll(tx *bbolt.Tx, bucketName, key string) error {
	h, _, err := objects.Get(tx, objectKey(bucketName, key))
	if err != nil {
		return err
	}
	for _, v := range h {
		if err := s.dropBlobs(tx, v.Blobs); err != nil {
			return err
		}
	}
	return objects.Delete(tx, objectKey(bucketName, key))
}

// removeVersion removes one version for good. One that does not exist is no error.
func (s *Service) removeVersion(tx *bbolt.Tx, bucketName, key, id string) (marker bool, err error) {
	h, _, err := objects.Get(tx, objectKey(bucketName, key))
	if err != nil {
		return false, err
	}
	i := h.find(id)
	if i < 0 {
		return false, nil
	}
	v := h[i]
	if err := s.dropBlobs(tx, v.Blobs); err != nil {
		return false, err
	}
	if h = slices.Delete(h, i, i+1); len(h) == 0 {
		return v.DeleteMarker, objects.Delete(tx, objectKey(bucketName, key))
	}
	return v.DeleteMarker, objects.Put(tx, objectKey(bucketName, key), h)
}

// newVersionID returns an id in AWS's form, 32 letters and digits. It only has to
// be unique, so it needs no injected randomness.
func newVersionID() string { return rand.Text() + rand.Text()[:6] }
