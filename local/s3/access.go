package s3

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// Principal is who reads an object in the process, that is, not the account owner.
type Principal struct {
	// Service is the service principal (cloudfront.amazonaws.com) that signed the
	// request; empty: the request is anonymous.
	Service string
	// SourceARN is the resource that Service acts for: the distribution.
	SourceARN string
}

// ObjectRequest asks for the current version of an object.
type ObjectRequest struct {
	Bucket, Key string
	Principal   Principal
}

// Object is an object that may be read. It must be closed; until then its bytes stay
// as they are even if the object is replaced.
type Object struct {
	ETag         string // quoted
	LastModified time.Time
	Size         int64
	VersionID    string      // empty where the bucket is not versioned
	Header       http.Header // Content-Type, Cache-Control, X-Amz-Meta-…; shared, not to be changed
	*contents
}

// Reader reads length bytes from offset on.
func (o *Object) Reader(offset, length int64) io.Reader {
	return io.NewSectionReader(o.contents, offset, length)
}

// Object opens an object for r.Principal if the bucket's policy lets it. Otherwise
// the error is the [Error] that S3 answers with: AccessDenied (also for a missing
// key, unless the principal may list the bucket), NoSuchKey or NoSuchBucket.
func (s *Service) Object(_ context.Context, r ObjectRequest) (*Object, error) {
	return s.openVersion(r.Bucket, r.Key, "", func(b bucket) error {
		if !s.allowed(b, r.Bucket, r.Key, "s3:GetObject", r.Principal) {
			return accessDenied()
		}
		return nil
	}, func(b bucket) error {
		if !s.allowed(b, r.Bucket, "", "s3:ListBucket", r.Principal) {
			return accessDenied()
		}
		return noSuchKey(r.Key)
	})
}

// openVersion opens a version ("": the current one) after permit agreed. absent
// is the error for a key that is not there.
func (s *Service) openVersion(bucketName, key, id string, permit, absent func(bucket) error) (object *Object, err error) {
	s.readers.starting.RLock()
	defer s.readers.starting.RUnlock()
	err = s.DB.View(func(tx *bbolt.Tx) error {
		b, err := findBucket(tx, bucketName)
		if err != nil {
			return err
		}
		if err := permit(b); err != nil {
			return err
		}
		h, _, err := objects.Get(tx, objectKey(bucketName, key))
		if err != nil {
			return err
		}
		v, exists := h.current()
		if id != "" {
			i := h.find(id)
			if i < 0 {
				return errorf(404, "NoSuchVersion", "The specified version does not exist.").about("Key", key)
			}
			v, exists = h[i], true
		}
		if !exists {
			return absent(b)
		}
		if v.DeleteMarker {
			return errorf(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
		}
		object = &Object{ETag: quote(v.ETag), LastModified: v.Modified, VersionID: v.ID, Header: http.Header{}, contents: s.openContents(v.Blobs)}
		if object.Size = object.size; v.ID == "" && b.Versioning != "" {
			object.VersionID = "null"
		}
		for name, value := range v.Header {
			object.Header.Set(name, value)
		}
		return nil
	})
	return object, err
}

// open opens a version for the account owner.
func (s *Service) open(bucketName, key, id string) (*Object, error) {
	return s.openVersion(bucketName, key, id,
		func(bucket) error { return nil },
		func(bucket) error { return noSuchKey(key) })
}

// maxTemplate is the largest template that CloudFormation takes from S3, in bytes.
// Source: "AWS CloudFormation quotas", template body size in an S3 object.
const maxTemplate = 1 << 20

// Template reads the object that a CloudFormation TemplateURL names: path style
// (http://localhost:4566/bucket/key, as the cdk CLI writes it for this endpoint) or
// virtual-host style (https://bucket.s3.us-east-1.amazonaws.com/key).
func (s *Service) Template(_ context.Context, templateURL string) ([]byte, error) {
	u, err := url.Parse(templateURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("reading the template: %q is no URL", templateURL)
	}
	bucketName, key, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if name := bucketOfHost(u.Hostname()); name != "" {
		bucketName, key = name, strings.TrimPrefix(u.Path, "/")
	}
	o, err := s.open(bucketName, key, u.Query().Get("versionId"))
	if err != nil {
		return nil, fmt.Errorf("reading the template %s: %w", templateURL, err)
	}
	defer o.Close() // the bytes are read; at worst some stay until the next start
	if o.Size > maxTemplate {
		return nil, fmt.Errorf("reading the template %s: it has %d bytes; CloudFormation takes at most %d", templateURL, o.Size, maxTemplate)
	}
	data, err := io.ReadAll(o.Reader(0, o.Size))
	if err != nil {
		return nil, fmt.Errorf("reading the template %s: %w", templateURL, err)
	}
	return data, nil
}

// bucketOfHost is the bucket that a virtual-host style host names; empty for a path
// style one.
func bucketOfHost(host string) string {
	if name, ok := strings.CutSuffix(host, ".localhost"); ok && name != "s3" {
		return strings.TrimSuffix(name, ".s3")
	}
	if rest, ok := strings.CutSuffix(host, ".amazonaws.com"); ok {
		if i := strings.LastIndex(rest, ".s3"); i > 0 && (rest[i:] == ".s3" || rest[i+3] == '.' || rest[i+3] == '-') {
			return rest[:i]
		}
	}
	return ""
}
