package s3

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
)

// The versioning states of a bucket; "" is one that was never versioned.
const (
	versioningEnabled   = "Enabled"
	versioningSuspended = "Suspended"
)

// bucket is a bucket as it is stored. What the local cloud does not act on
// (lifecycle rules, access logs) is kept by CloudFormation, in the stack's template.
type bucket struct {
	Created        time.Time
	Token          string            `json:",omitempty"` // resource.Request.Token, if a stack made it
	Versioning     string            `json:",omitempty"`
	Encryption     string            `json:",omitempty"` // the algorithm of new objects, if not AES256
	BlockPolicy    bool              `json:",omitempty"` // BlockPublicPolicy
	RestrictPublic bool              `json:",omitempty"` // RestrictPublicBuckets
	Tags           map[string]string `json:",omitempty"`
	Policy         json.RawMessage   `json:",omitempty"`
	PolicyToken    string            `json:",omitempty"` // as Token, of the policy
}

// buckets holds every bucket under its name.
var buckets = store.NewTable[bucket]("s3/buckets")

// inBucket runs change with the bucket called name, in one transaction, and stores
// what change made of it.
func (s *Service) inBucket(name string, change func(tx *bbolt.Tx, b *bucket) error) error {
	return s.update(func(tx *bbolt.Tx) error {
		b, err := findBucket(tx, name)
		if err != nil {
			return err
		}
		if err := change(tx, &b); err != nil {
			return err
		}
		return buckets.Put(tx, name, b)
	})
}

// viewBucket returns the bucket called name.
func (s *Service) viewBucket(name string) (b bucket, err error) {
	err = s.DB.View(func(tx *bbolt.Tx) error {
		b, err = findBucket(tx, name)
		return err
	})
	return b, err
}

func findBucket(tx *bbolt.Tx, name string) (bucket, error) {
	b, found, err := buckets.Get(tx, name)
	if err == nil && !found {
		err = noSuchBucket(name)
	}
	return b, err
}

// createBucket makes an empty bucket.
func (s *Service) createBucket(name string, b bucket) error {
	b.Created = s.now()
	return s.update(func(tx *bbolt.Tx) error {
		if _, exists, err := buckets.Get(tx, name); err != nil || exists {
			if err == nil {
				err = errorf(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.").about("BucketName", name)
			}
			return err
		}
		return buckets.Put(tx, name, b)
	})
}

// deleteBucket removes a bucket that is empty.
func (s *Service) deleteBucket(name string) error {
	return s.update(func(tx *bbolt.Tx) error {
		b, err := findBucket(tx, name)
		if err != nil {
			return err
		}
		empty := true
		if err := objects.Each(tx, objectKey(name, ""), func(string, history) error {
			empty = false
			return errStop
		}); err != nil && !errors.Is(err, errStop) {
			return err
		}
		if !empty {
			message := "The bucket you tried to delete is not empty"
			if b.Versioning != "" {
				message += ". You must delete all versions in the bucket."
			}
			return errorf(409, "BucketNotEmpty", "%s", message).about("BucketName", name)
		}
		if err := s.dropUploads(tx, name); err != nil {
			return err
		}
		return buckets.Delete(tx, name)
	})
}

// emptyBucket removes every version of every object whose key starts with prefix.
func (s *Service) emptyBucket(name, prefix string) error {
	return s.inBucket(name, func(tx *bbolt.Tx, _ *bucket) error {
		var keys []string
		var blobs []blob
		if err := objects.Each(tx, objectKey(name, prefix), func(key string, h history) error {
			keys = append(keys, key)
			for _, v := range h {
				blobs = append(blobs, v.Blobs...)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, key := range keys {
			if err := objects.Delete(tx, key); err != nil {
				return err
			}
		}
		return s.dropBlobs(tx, blobs)
	})
}

// objectKey is where the object key of a bucket is in the table of objects. Bucket
// names hold no slash.
func objectKey(bucket, key string) string { return bucket + "/" + key }

// splitObjectKey undoes objectKey.
func splitObjectKey(stored string) (bucket, key string) {
	bucket, key, _ = strings.Cut(stored, "/")
	return bucket, key
}
