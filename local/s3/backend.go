package s3

import (
	"crypto/md5" //nolint:gosec // S3's ETag is an MD5; nothing relies on it for security
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

// backend is the service as gofakes3 sees it. Objects are read by the service's own
// handler, so gofakes3 never asks for one.
type backend struct{ *Service }

var (
	_ gofakes3.Backend          = backend{}
	_ gofakes3.VersionedBackend = backend{}
	_ gofakes3.MultipartBackend = backend{}
)

// forProtocol turns an error of ours into one that gofakes3 can answer with.
func forProtocol(err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return gofakes3.ErrorMessage(gofakes3.ErrorCode(e.Code), e.Message)
	}
	return err
}

// ListBuckets implements gofakes3.Backend.
func (s backend) ListBuckets() (list []gofakes3.BucketInfo, err error) {
	err = s.DB.View(func(tx *bbolt.Tx) error {
		return buckets.Each(tx, "", func(name string, b bucket) error {
			list = append(list, gofakes3.BucketInfo{Name: name, CreationDate: gofakes3.NewContentTime(b.Created)})
			return nil
		})
	})
	return list, err
}

// BucketExists implements gofakes3.Backend.
func (s backend) BucketExists(name string) (bool, error) {
	_, err := s.viewBucket(name)
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Code == "NoSuchBucket" {
		return false, nil
	}
	return err == nil, err
}

// CreateBucket implements gofakes3.Backend. New buckets block public access.
func (s backend) CreateBucket(name string) error {
	return forProtocol(s.createBucket(name, bucket{BlockPolicy: true, RestrictPublic: true}))
}

// DeleteBucket implements gofakes3.Backend.
func (s backend) DeleteBucket(name string) error { return forProtocol(s.deleteBucket(name)) }

// ForceDeleteBucket implements gofakes3.Backend. AWS has no such request.
func (s backend) ForceDeleteBucket(string) error { return gofakes3.ErrNotImplemented }

// errReadsElsewhere is what reading through gofakes3 gives: see [Service.readObject].
var errReadsElsewhere = errors.New("objects are not read through gofakes3")

// GetObject implements gofakes3.Backend.
func (s backend) GetObject(string, string, *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	return nil, errReadsElsewhere
}

// HeadObject implements gofakes3.Backend.
func (s backend) HeadObject(string, string) (*gofakes3.Object, error) { return nil, errReadsElsewhere }

// CopyObject implements gofakes3.Backend. The handler refuses x-amz-copy-source:
// gofakes3 merges metadata where AWS replaces it.
func (s backend) CopyObject(string, string, string, string, map[string]string) (gofakes3.CopyObjectResult, error) {
	return gofakes3.CopyObjectResult{}, gofakes3.ErrNotImplemented
}

// ListBucket implements gofakes3.Backend.
func (s backend) ListBucket(name string, prefix *gofakes3.Prefix, page gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	list, count, last := gofakes3.NewObjectList(), int64(0), ""
	err := s.DB.View(func(tx *bbolt.Tx) error {
		return objects.Each(tx, objectKey(name, prefix.Prefix), func(stored string, h history) error {
			_, key := splitObjectKey(stored)
			v, exists := h.current()
			group, grouped := commonPrefix(key, prefix)
			// A marker inside a group means that the group was listed already.
			if !exists || page.HasMarker && (key <= page.Marker || grouped && strings.HasPrefix(page.Marker, group)) {
				return nil
			}
			if grouped && group == last {
				return nil
			}
			if page.MaxKeys > 0 && count == page.MaxKeys {
				list.IsTruncated = true
				return errStop
			}
			count, last = count+1, ""
			if grouped {
				last = group
				list.AddPrefix(group)
			} else {
				list.Add(&gofakes3.Content{
					Key: key, ETag: quote(v.ETag), Size: v.size(), LastModified: gofakes3.NewContentTime(v.Modified),
				})
			}
			list.NextMarker = key
			return nil
		})
	})
	if err != nil && !errors.Is(err, errStop) {
		return nil, err
	}
	if !list.IsTruncated {
		list.NextMarker = ""
	}
	return list, nil
}

// commonPrefix is the group that key is listed as, if the delimiter makes it one.
func commonPrefix(key string, p *gofakes3.Prefix) (string, bool) {
	if !p.HasDelimiter {
		return "", false
	}
	before, _, found := strings.Cut(key[len(p.Prefix):], p.Delimiter)
	return p.Prefix + before + p.Delimiter, found
}

// PutObject implements gofakes3.Backend. input verifies its own checksums and fails
// at its end when one is wrong.
func (s backend) PutObject(name, key string, meta map[string]string, input io.Reader, size int64, conditions *gofakes3.PutConditions) (result gofakes3.PutObjectResult, err error) {
	sum := md5.New() //nolint:gosec // see the import
	stored, err := s.writeBlob(io.TeeReader(input, sum))
	if err != nil {
		return result, err
	}
	if stored.Size != size {
		return result, s.discard(gofakes3.ErrIncompleteBody, stored)
	}
	v := version{Modified: s.now(), ETag: hex.EncodeToString(sum.Sum(nil)), Header: storedHeader(meta), Blobs: keptBlobs(stored)}
	err = s.inBucket(name, func(tx *bbolt.Tx, b *bucket) error {
		if err := checkConditions(tx, objectKey(name, key), conditions); err != nil {
			return err
		}
		id, err := s.putVersion(tx, name, *b, key, v)
		result.VersionID = gofakes3.VersionID(id)
		return err
	})
	if err != nil {
		return result, s.discard(forProtocol(err), stored)
	}
	return result, nil
}

// keptBlobs are the blobs that hold anything: an empty object has none.
func keptBlobs(blobs ...blob) (kept []blob) {
	for _, b := range blobs {
		if b.Size > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

func checkConditions(tx *bbolt.Tx, stored string, conditions *gofakes3.PutConditions) error {
	if conditions == nil {
		return nil
	}
	h, _, err := objects.Get(tx, stored)
	if err != nil {
		return err
	}
	v, exists := h.current()
	switch {
	case conditions.IfNoneMatch != nil && *conditions.IfNoneMatch != "*":
		return errorf(501, "NotImplemented", "A header you provided implies functionality that is not implemented")
	case conditions.IfMatch != nil && !exists:
		_, key := splitObjectKey(stored)
		return noSuchKey(key)
	case conditions.IfNoneMatch != nil && exists,
		conditions.IfMatch != nil && *conditions.IfMatch != "*" && strings.Trim(*conditions.IfMatch, `"`) != v.ETag:
		return errPreconditionFailed
	}
	return nil
}

var errPreconditionFailed = errorf(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")

// DeleteObject implements gofakes3.Backend.
func (s backend) DeleteObject(name, key string) (result gofakes3.ObjectDeleteResult, err error) {
	err = s.inBucket(name, func(tx *bbolt.Tx, b *bucket) error {
		marker, id, err := s.removeObject(tx, name, *b, key)
		result = gofakes3.ObjectDeleteResult{IsDeleteMarker: marker, VersionID: gofakes3.VersionID(id)}
		return err
	})
	return result, forProtocol(err)
}

// DeleteMulti implements gofakes3.Backend.
func (s backend) DeleteMulti(name string, keys ...string) (gofakes3.MultiDeleteResult, error) {
	ids := make([]gofakes3.ObjectID, len(keys))
	for i, key := range keys {
		ids[i].Key = key
	}
	return s.DeleteMultiVersions(name, ids...)
}

// DeleteMultiVersions implements gofakes3.VersionedBackend.
func (s backend) DeleteMultiVersions(name string, ids ...gofakes3.ObjectID) (result gofakes3.MultiDeleteResult, err error) {
	err = s.inBucket(name, func(tx *bbolt.Tx, b *bucket) (err error) {
		for _, id := range ids {
			if id.VersionID == "" {
				_, _, err = s.removeObject(tx, name, *b, id.Key)
			} else {
				_, err = s.removeVersion(tx, name, id.Key, id.VersionID)
			}
			if err != nil {
				return fmt.Errorf("deleting %s: %w", id.Key, err)
			}
			result.Deleted = append(result.Deleted, id)
		}
		return nil
	})
	return result, forProtocol(err)
}

func quote(etag string) string { return `"` + etag + `"` }
