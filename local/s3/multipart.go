package s3

import (
	"crypto/md5" //nolint:gosec // S3's ETag is an MD5; nothing relies on it for security
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"

	"gatehouse/local/store"
)

// minPart is the smallest part of a multipart upload but the last, in bytes.
// Source: the S3 user guide, "Amazon S3 multipart upload limits".
const minPart = 5 << 20

// upload is a multipart upload that is neither completed nor aborted. Its parts are
// in the database, not in memory; completing it only writes down their order.
type upload struct {
	Bucket, Key string
	Started     time.Time
	Header      map[string]string
	Parts       map[int]part
}

type part struct {
	Blob     blob
	ETag     string // without quotes
	Modified time.Time
}

// uploads holds every unfinished upload under its id.
var uploads = store.NewTable[upload]("s3/uploads")

var errNoSuchUpload = errorf(404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.")

func findUpload(tx *bbolt.Tx, bucketName, key string, id gofakes3.UploadID) (upload, error) {
	u, found, err := uploads.Get(tx, string(id))
	if err == nil && (!found || u.Bucket != bucketName || u.Key != key) {
		err = errNoSuchUpload
	}
	return u, err
}

// CreateMultipartUpload implements gofakes3.MultipartBackend.
func (s backend) CreateMultipartUpload(bucketName, key string, meta map[string]string) (gofakes3.UploadID, error) {
	id := newVersionID()
	err := s.inBucket(bucketName, func(tx *bbolt.Tx, _ *bucket) error {
		return uploads.Put(tx, id, upload{Bucket: bucketName, Key: key, Started: s.now(), Header: storedHeader(meta), Parts: map[int]part{}})
	})
	return gofakes3.UploadID(id), forProtocol(err)
}

// UploadPart implements gofakes3.MultipartBackend.
func (s backend) UploadPart(bucketName, key string, id gofakes3.UploadID, number int, size int64, input io.Reader) (string, error) {
	sum := md5.New() //nolint:gosec // see the import
	stored, err := s.writeBlob(io.TeeReader(input, sum))
	if err != nil {
		return "", err
	}
	if stored.Size != size {
		return "", s.discard(gofakes3.ErrIncompleteBody, stored)
	}
	p := part{Blob: stored, ETag: hex.EncodeToString(sum.Sum(nil)), Modified: s.now()}
	err = s.update(func(tx *bbolt.Tx) error {
		u, err := findUpload(tx, bucketName, key, id)
		if err != nil {
			return err
		}
		if old, again := u.Parts[number]; again {
			if err := s.dropBlobs(tx, []blob{old.Blob}); err != nil {
				return err
			}
		}
		u.Parts[number] = p
		return uploads.Put(tx, string(id), u)
	})
	if err != nil {
		return "", s.discard(forProtocol(err), stored)
	}
	return quote(p.ETag), nil
}

// CompleteMultipartUpload implements gofakes3.MultipartBackend.
func (s backend) CompleteMultipartUpload(bucketName, key string, id gofakes3.UploadID, in *gofakes3.CompleteMultipartUploadRequest) (versionID gofakes3.VersionID, etag string, err error) {
	err = s.inBucket(bucketName, func(tx *bbolt.Tx, b *bucket) error {
		u, err := findUpload(tx, bucketName, key, id)
		if err != nil {
			return err
		}
		v, err := u.assemble(in.Parts)
		if err != nil {
			return err
		}
		v.Modified, etag = s.now(), quote(v.ETag)
		var unused []blob
		for _, p := range u.Parts { // what is left is in no place of the object
			unused = append(unused, p.Blob)
		}
		if err := s.dropBlobs(tx, unused); err != nil {
			return err
		}
		if err := uploads.Delete(tx, string(id)); err != nil {
			return err
		}
		made, err := s.putVersion(tx, bucketName, *b, key, v)
		versionID = gofakes3.VersionID(made)
		return err
	})
	return versionID, etag, forProtocol(err)
}

// assemble makes the object of the chosen parts and takes them out of u.
func (u upload) assemble(chosen []gofakes3.CompletedPart) (version, error) {
	if len(chosen) == 0 {
		return version{}, errorf(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	if !slices.IsSortedFunc(chosen, func(a, b gofakes3.CompletedPart) int { return a.PartNumber - b.PartNumber }) {
		return version{}, errorf(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.")
	}
	v := version{Header: u.Header}
	sums := md5.New() //nolint:gosec // see the import
	for i, c := range chosen {
		p, found := u.Parts[c.PartNumber]
		if !found || strings.Trim(c.ETag, `"`) != p.ETag {
			return version{}, errorf(400, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.")
		}
		if p.Blob.Size < minPart && i < len(chosen)-1 {
			return version{}, errorf(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
		}
		sum, err := hex.DecodeString(p.ETag)
		if err != nil {
			return version{}, fmt.Errorf("reading the ETag of part %d: %w", c.PartNumber, err)
		}
		sums.Write(sum)
		v.Blobs = append(v.Blobs, keptBlobs(p.Blob)...)
		delete(u.Parts, c.PartNumber)
	}
	v.ETag = fmt.Sprintf("%x-%d", sums.Sum(nil), len(chosen))
	return v, nil
}

// AbortMultipartUpload implements gofakes3.MultipartBackend.
func (s backend) AbortMultipartUpload(bucketName, key string, id gofakes3.UploadID) error {
	return forProtocol(s.update(func(tx *bbolt.Tx) error {
		u, err := findUpload(tx, bucketName, key, id)
		if err != nil {
			return err
		}
		for _, p := range u.Parts {
			if err := s.dropBlobs(tx, []blob{p.Blob}); err != nil {
				return err
			}
		}
		return uploads.Delete(tx, string(id))
	}))
}

// dropUploads aborts every upload to a bucket.
func (s *Service) dropUploads(tx *bbolt.Tx, bucketName string) error {
	var ids []string
	var blobs []blob
	if err := uploads.Each(tx, "", func(id string, u upload) error {
		if u.Bucket != bucketName {
			return nil
		}
		ids = append(ids, id)
		for _, p := range u.Parts {
			blobs = append(blobs, p.Blob)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, id := range ids {
		if err := uploads.Delete(tx, id); err != nil {
			return err
		}
	}
	return s.dropBlobs(tx, blobs)
}

// ListMultipartUploads implements gofakes3.MultipartBackend. It lists them all at
// once: the handler refuses its paging parameters.
func (s backend) ListMultipartUploads(bucketName string, _ *gofakes3.UploadListMarker, prefix gofakes3.Prefix, limit int64) (*gofakes3.ListMultipartUploadsResult, error) {
	result := &gofakes3.ListMultipartUploadsResult{Bucket: bucketName, MaxUploads: limit, Prefix: prefix.Prefix}
	err := s.DB.View(func(tx *bbolt.Tx) error {
		return uploads.Each(tx, "", func(id string, u upload) error {
			if u.Bucket == bucketName && strings.HasPrefix(u.Key, prefix.Prefix) {
				result.Uploads = append(result.Uploads, gofakes3.ListMultipartUploadItem{
					Key: u.Key, UploadID: gofakes3.UploadID(id), Initiated: gofakes3.NewContentTime(u.Started),
				})
			}
			return nil
		})
	})
	slices.SortFunc(result.Uploads, func(a, b gofakes3.ListMultipartUploadItem) int { return strings.Compare(a.Key, b.Key) })
	return result, err
}

// ListParts implements gofakes3.MultipartBackend.
func (s backend) ListParts(bucketName, key string, id gofakes3.UploadID, marker int, limit int64) (*gofakes3.ListMultipartUploadPartsResult, error) {
	result := &gofakes3.ListMultipartUploadPartsResult{
		Bucket: bucketName, Key: key, UploadID: id, PartNumberMarker: marker, MaxParts: limit,
	}
	err := s.DB.View(func(tx *bbolt.Tx) error {
		u, err := findUpload(tx, bucketName, key, id)
		if err != nil {
			return err
		}
		for _, number := range slices.Sorted(maps.Keys(u.Parts)) {
			if number <= marker {
				continue
			}
			if int64(len(result.Parts)) == limit {
				result.IsTruncated = true
				return nil
			}
			p := u.Parts[number]
			result.NextPartNumberMarker = number
			result.Parts = append(result.Parts, gofakes3.ListMultipartUploadPartItem{
				PartNumber: number, ETag: quote(p.ETag), Size: p.Blob.Size, LastModified: gofakes3.NewContentTime(p.Modified),
			})
		}
		return nil
	})
	return result, forProtocol(err)
}
