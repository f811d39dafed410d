package s3

import (
	"bufio"
	"bytes"
	"crypto/sha1" //nolint:gosec // one of S3's checksums; nothing relies on it for security
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/johannesboyne/gofakes3"
)

// checksums are S3's checksum headers. Source: the S3 user guide, "Checking object
// integrity"; CRC64NVME is the CRC-64 of the NVMe specification.
var checksums = map[string]func() hash.Hash{
	"X-Amz-Checksum-Crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"X-Amz-Checksum-Crc32c":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	"X-Amz-Checksum-Crc64nvme": func() hash.Hash { return crc64.New(crc64.MakeTable(0x9a6c9329ac4bc9b5)) },
	"X-Amz-Checksum-Sha1":      sha1.New,
	"X-Amz-Checksum-Sha256":    sha256.New,
}

func isChecksumHeader(name string) bool { return checksums[name] != nil }

// verifiedBody is r's body without the framing of aws-chunked, and with a last read
// that fails when the bytes do not match a checksum that came with them. It also
// corrects the headers that gofakes3 looks at.
func (s *Service) verifiedBody(r *http.Request) (io.ReadCloser, error) {
	v := &verifier{source: r.Body}
	mode := r.Header.Get("X-Amz-Content-Sha256")
	switch {
	case strings.HasPrefix(mode, "STREAMING-"):
		size, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
		if err != nil || size < 0 {
			return nil, errMissingLength
		}
		r.ContentLength = size
		v.source = &awsChunked{body: r.Body, in: bufio.NewReader(r.Body), trailer: v.expect}
		r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") // gofakes3 would undo the framing again
		if name := http.CanonicalHeaderKey(r.Header.Get("X-Amz-Trailer")); name != "" {
			if !isChecksumHeader(name) {
				return nil, unimplemented("the trailer " + name)
			}
			v.await(name)
		}
	case mode != "" && mode != "UNSIGNED-PAYLOAD":
		v.await("X-Amz-Content-Sha256")
		v.expect("X-Amz-Content-Sha256", mode)
	}
	for name := range checksums {
		if value := r.Header.Get(name); value != "" {
			v.await(name)
			v.expect(name, value)
		}
	}
	if r.ContentLength < 0 {
		return nil, errMissingLength
	}
	r.Header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	return v, nil
}

var errMissingLength = errorf(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")

// verifier computes every awaited checksum of what is read through it.
type verifier struct {
	source io.ReadCloser
	sums   []awaited
}

type awaited struct {
	name, want string
	hash       hash.Hash
}

func (v *verifier) await(name string) {
	newHash := checksums[name]
	if name == "X-Amz-Content-Sha256" {
		newHash = sha256.New
	}
	v.sums = append(v.sums, awaited{name: name, hash: newHash()})
}

func (v *verifier) expect(name, value string) {
	for i := range v.sums {
		if v.sums[i].name == name {
			v.sums[i].want = value
		}
	}
}

func (v *verifier) Read(p []byte) (int, error) {
	n, err := v.source.Read(p)
	for _, sum := range v.sums {
		sum.hash.Write(p[:n]) // a hash takes everything
	}
	if errors.Is(err, io.EOF) {
		if mismatch := v.check(); mismatch != nil {
			return n, mismatch
		}
	}
	return n, err
}

func (v *verifier) Close() error { return v.source.Close() }

func (v *verifier) check() error {
	for _, sum := range v.sums {
		got := sum.hash.Sum(nil)
		if sum.name == "X-Amz-Content-Sha256" {
			if hex.EncodeToString(got) != sum.want {
				return gofakes3.ErrorMessage("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
			}
			continue
		}
		want, err := base64.StdEncoding.DecodeString(sum.want)
		if err != nil || !bytes.Equal(got, want) {
			algorithm := strings.ToUpper(strings.TrimPrefix(sum.name, "X-Amz-Checksum-"))
			return gofakes3.ErrorMessage(gofakes3.ErrBadDigest, "The "+algorithm+" you specified did not match the calculated checksum.")
		}
	}
	return nil
}

// awsChunked undoes the framing of aws-chunked: "<hex size>[;chunk-signature=…]",
// the bytes, and at the end trailers. Source: the S3 API reference, "Signature
// Calculations for the Authorization Header: Transferring Payload in Multiple Chunks".
type awsChunked struct {
	body    io.ReadCloser
	in      *bufio.Reader
	left    int64 // bytes of the chunk that are still to be read
	begun   bool
	ended   bool
	trailer func(name, value string)
}

var errIncompleteBody = gofakes3.ErrorMessage(gofakes3.ErrIncompleteBody, "The request body terminated unexpectedly")

func (c *awsChunked) Read(p []byte) (int, error) {
	if c.left == 0 && !c.ended {
		if err := c.next(); err != nil {
			return 0, err
		}
	}
	if c.ended {
		return 0, io.EOF
	}
	n, err := c.in.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if errors.Is(err, io.EOF) {
		err = errIncompleteBody
	}
	return n, err
}

// next reads the head of a chunk; after the last one it reads the trailers.
func (c *awsChunked) next() error {
	if c.begun {
		if line, err := c.line(); err != nil || line != "" {
			return errIncompleteBody
		}
	}
	c.begun = true
	line, err := c.line()
	if err != nil {
		return errIncompleteBody
	}
	size, _, _ := strings.Cut(line, ";")
	if c.left, err = strconv.ParseInt(size, 16, 64); err != nil || c.left < 0 {
		return errIncompleteBody
	}
	if c.left > 0 {
		return nil
	}
	for {
		line, err := c.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if name, value, ok := strings.Cut(line, ":"); ok {
			c.trailer(http.CanonicalHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value))
		}
		if line == "" {
			c.ended = true
			return nil
		}
	}
}

// maxLine bounds the head of a chunk: a size and a signature.
const maxLine = 1024

func (c *awsChunked) line() (string, error) {
	line, err := c.in.ReadSlice('\n')
	if len(line) > maxLine {
		return "", fmt.Errorf("reading a chunk: its head is over %d bytes long", maxLine)
	}
	return strings.TrimRight(string(line), "\r\n"), err
}

func (c *awsChunked) Close() error { return c.body.Close() }
