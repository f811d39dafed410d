package s3

import (
	"archive/zip"
	"bytes"
	"crypto/md5" //nolint:gosec // S3's ETag is an MD5; nothing relies on it for security
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"go.etcd.io/bbolt"
)

// maxUnpacked is how much a deployment may unpack, in bytes: what the CDK's Lambda
// function has room for in /tmp by default.
const maxUnpacked = 512 << 20

// sourceFile is a file to deploy.
type sourceFile struct {
	name    string // relative, with slashes
	open    func() (io.ReadCloser, error)
	markers map[string]string // text to replace, and what with
}

// openSources opens every source of d and lists the files to deploy by name; where
// two sources hold the same name the later one wins. Close the sources when done,
// also after an error.
func (s *Service) openSources(d deployment) (files []sourceFile, closeAll func() error, err error) {
	var opened []*Object
	closeAll = func() (err error) {
		for _, o := range opened {
			err = errors.Join(err, o.Close())
		}
		return err
	}
	byName, unpacked := map[string]sourceFile{}, uint64(0)
	for i, key := range d.SourceObjectKeys {
		o, err := s.open(d.SourceBucketNames[i], key, "")
		if err != nil {
			return nil, closeAll, fmt.Errorf("opening s3://%s/%s: %w", d.SourceBucketNames[i], key, err)
		}
		opened = append(opened, o)
		if !orTrue(d.Extract) {
			name := path.Base(key)
			byName[name] = sourceFile{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(o.Reader(0, o.Size)), nil }}
			continue
		}
		archive, err := zip.NewReader(o, o.Size)
		if err != nil {
			return nil, closeAll, fmt.Errorf("unpacking s3://%s/%s: %w", d.SourceBucketNames[i], key, err)
		}
		for _, f := range archive.File {
			if strings.HasSuffix(f.Name, "/") {
				continue // a folder; S3 has none
			}
			name, err := safeName(f.Name)
			if err != nil {
				return nil, closeAll, fmt.Errorf("unpacking s3://%s/%s: %w", d.SourceBucketNames[i], key, err)
			}
			if unpacked += f.UncompressedSize64; unpacked > maxUnpacked {
				return nil, closeAll, fmt.Errorf("unpacking s3://%s/%s: no space left on device: there are over %d bytes", d.SourceBucketNames[i], key, maxUnpacked)
			}
			byName[name] = sourceFile{name: name, open: f.Open, markers: d.replacements(i)}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		files = append(files, byName[name])
	}
	return files, closeAll, nil
}

// safeName is an archive member's name if it stays below the folder that it is
// unpacked to.
func safeName(name string) (string, error) {
	clean := path.Clean(name)
	if !fs.ValidPath(clean) || clean == "." || clean != strings.TrimPrefix(name, "./") || strings.Contains(name, `\`) {
		return "", fmt.Errorf("the archive holds the unsafe name %q", name)
	}
	return clean, nil
}

// replacements are the markers of the i-th source and what they become.
func (d deployment) replacements(i int) map[string]string {
	if d.SourceMarkers == nil {
		return nil
	}
	escape := d.SourceMarkersConfig != nil && strings.EqualFold(d.SourceMarkersConfig[i].JsonEscape, "true")
	replaced := make(map[string]string, len(d.SourceMarkers[i]))
	for marker, value := range d.SourceMarkers[i] {
		if escape {
			value = jsonEscaped(value)
		}
		replaced[marker] = value
	}
	return replaced
}

// jsonEscaped is text as it stands between the quotes of a JSON string, written as
// Python's json.dumps does: in ASCII.
func jsonEscaped(text string) string {
	var b strings.Builder
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}
	for _, r := range text {
		switch {
		case short[r] != "":
			b.WriteString(short[r])
		case ' ' <= r && r <= '~':
			b.WriteRune(r)
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
	}
	return b.String()
}

// replaceMarkers replaces every marker in data. CDK's markers hold no other marker,
// so the order only matters for values that look like markers: they are replaced, in
// the markers' own order.
func replaceMarkers(data []byte, markers map[string]string) []byte {
	for _, marker := range slices.Sorted(maps.Keys(markers)) {
		if marker != "" {
			data = bytes.ReplaceAll(data, []byte(marker), []byte(markers[marker]))
		}
	}
	return data
}

// content reads the file with its markers replaced. A file with markers is read
// whole; a plain one is passed on as it comes.
func (f sourceFile) content() (io.ReadCloser, error) {
	r, err := f.open()
	if err != nil || len(f.markers) == 0 {
		return r, err
	}
	data, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(replaceMarkers(data, f.markers))), nil
}

// maxKey is the longest key, in bytes.
const maxKey = 1024

// store makes f the current version of a key.
func (s *Service) store(bucketName, key string, header map[string]string, f sourceFile) error {
	if len(key) > maxKey {
		return errorf(400, "KeyTooLongError", "Your key is too long")
	}
	r, err := f.content()
	if err != nil {
		return err
	}
	defer r.Close()  // reading it to its end says all
	sum := md5.New() //nolint:gosec // see the import
	stored, err := s.writeBlob(io.TeeReader(r, sum))
	if err != nil {
		return err
	}
	v := version{Modified: s.now(), ETag: hex.EncodeToString(sum.Sum(nil)), Header: header, Blobs: keptBlobs(stored)}
	if err := s.inBucket(bucketName, func(tx *bbolt.Tx, b *bucket) error {
		_, err := s.putVersion(tx, bucketName, *b, key, v)
		return err
	}); err != nil {
		return s.discard(err, stored)
	}
	return nil
}

// removeObjects deletes, as DELETE without a version id would, the objects below
// prefix that chosen picks.
func (s *Service) removeObjects(bucketName, prefix string, chosen func(key string) bool) error {
	return s.inBucket(bucketName, func(tx *bbolt.Tx, b *bucket) error {
		var keys []string
		if err := objects.Each(tx, objectKey(bucketName, prefix), func(stored string, h history) error {
			if _, key := splitObjectKey(stored); chosen(key) {
				if _, exists := h.current(); exists {
					keys = append(keys, key)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		for _, key := range keys {
			if _, _, err := s.removeObject(tx, bucketName, *b, key); err != nil {
				return err
			}
		}
		return nil
	})
}
