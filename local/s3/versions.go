package s3

import (
	"errors"
	"strings"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"
)

// VersioningConfiguration implements gofakes3.VersionedBackend.
func (s backend) VersioningConfiguration(name string) (gofakes3.VersioningConfiguration, error) {
	b, err := s.viewBucket(name)
	return gofakes3.VersioningConfiguration{Status: gofakes3.VersioningStatus(b.Versioning)}, forProtocol(err)
}

// SetVersioningConfiguration implements gofakes3.VersionedBackend.
func (s backend) SetVersioningConfiguration(name string, v gofakes3.VersioningConfiguration) error {
	if v.MFADelete == gofakes3.MFADeleteEnabled {
		return gofakes3.ErrorMessage(gofakes3.ErrNotImplemented, "The local cloud does not implement MfaDelete.")
	}
	return forProtocol(s.inBucket(name, func(_ *bbolt.Tx, b *bucket) error {
		b.setVersioning(string(v.Status))
		return nil
	}))
}

// setVersioning changes the versioning state. A bucket that was versioned once can
// only be suspended, as on AWS.
func (b *bucket) setVersioning(status string) {
	if status == "" && b.Versioning != "" {
		status = versioningSuspended
	}
	b.Versioning = status
}

// GetObjectVersion implements gofakes3.VersionedBackend.
func (s backend) GetObjectVersion(string, string, gofakes3.VersionID, *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	return nil, errReadsElsewhere
}

// HeadObjectVersion implements gofakes3.VersionedBackend.
func (s backend) HeadObjectVersion(string, string, gofakes3.VersionID) (*gofakes3.Object, error) {
	return nil, errReadsElsewhere
}

// DeleteObjectVersion implements gofakes3.VersionedBackend.
func (s backend) DeleteObjectVersion(name, key string, id gofakes3.VersionID) (result gofakes3.ObjectDeleteResult, err error) {
	err = s.inBucket(name, func(tx *bbolt.Tx, _ *bucket) error {
		marker, err := s.removeVersion(tx, name, key, string(id))
		result = gofakes3.ObjectDeleteResult{IsDeleteMarker: marker, VersionID: id}
		return err
	})
	return result, forProtocol(err)
}

// ListBucketVersions implements gofakes3.VersionedBackend.
func (s backend) ListBucketVersions(name string, prefix *gofakes3.Prefix, page *gofakes3.ListBucketVersionsPage) (*gofakes3.ListBucketVersionsResult, error) {
	result := gofakes3.NewListBucketVersionsResult(name, prefix, page)
	limit := page.MaxKeys
	if limit == 0 {
		limit = gofakes3.DefaultMaxBucketVersionKeys
	}
	// Everything up to the version that the markers name was on an earlier page.
	reached, last := !page.HasKeyMarker, ""
	var count int64
	add := func(key, id, group string, item gofakes3.VersionItem) error {
		if count == limit {
			result.IsTruncated = true
			return errStop
		}
		count++
		result.NextKeyMarker, result.NextVersionIDMarker = key, gofakes3.VersionID(id)
		if group != "" {
			result.AddPrefix(group)
			return nil
		}
		result.Versions = append(result.Versions, item)
		return nil
	}
	err := s.DB.View(func(tx *bbolt.Tx) error {
		return objects.Each(tx, objectKey(name, prefix.Prefix), func(stored string, h history) error {
			_, key := splitObjectKey(stored)
			group, grouped := commonPrefix(key, prefix)
			if !reached && key > page.KeyMarker {
				reached = true
			}
			if grouped {
				if !reached || group == last || page.HasKeyMarker && strings.HasPrefix(page.KeyMarker, group) {
					return nil
				}
				last = group
				return add(key, "", group, nil)
			}
			for i, v := range h {
				id := v.ID
				if id == "" {
					id = "null"
				}
				if !reached {
					reached = key == page.KeyMarker && page.HasVersionIDMarker && id == string(page.VersionIDMarker)
					continue
				}
				modified := gofakes3.NewContentTime(v.Modified)
				var item gofakes3.VersionItem = &gofakes3.Version{
					Key: key, VersionID: gofakes3.VersionID(id), IsLatest: i == 0, LastModified: modified, Size: v.size(), ETag: quote(v.ETag),
				}
				if v.DeleteMarker {
					item = &gofakes3.DeleteMarker{Key: key, VersionID: gofakes3.VersionID(id), IsLatest: i == 0, LastModified: modified}
				}
				if err := add(key, id, "", item); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil && !errors.Is(err, errStop) {
		return nil, err
	}
	if !result.IsTruncated {
		result.NextKeyMarker, result.NextVersionIDMarker = "", ""
	}
	return result, nil
}
