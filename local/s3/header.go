package s3

import (
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// sseHeader tells how an object is encrypted at rest: with a key of S3, which AWS
// says of every object since 2023, or with one of the account's in KMS.
const (
	sseHeader = "X-Amz-Server-Side-Encryption"
	sseS3     = "AES256"
	sseKMS    = "aws:kms"
)

// carriedHeaders are kept with an object as they came. gofakes3 drops them, so they travel through it under a name of their own.
var carriedHeaders = []string{"Cache-Control", "Content-Language", "Expires", sseHeader}

const carrier = "X-Amz-Gatehouse-"

func carryHeaders(h http.Header) {
	for _, name := range carriedHeaders {
		if value := h.Get(name); value != "" {
			h.Set(carrier+name, value)
		}
	}
}

// storedHeader is what of a request's headers is kept with the object.
func storedHeader(meta map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range meta {
		name = http.CanonicalHeaderKey(name)
		switch {
		case name == "Content-Type", name == "Content-Disposition", strings.HasPrefix(name, "X-Amz-Meta-"):
			kept[name] = value
		case strings.HasPrefix(name, carrier):
			kept[strings.TrimPrefix(name, carrier)] = value
		case name == "Content-Encoding":
			if value = withoutAWSChunked(value); value != "" {
				kept[name] = value
			}
		case isChecksumHeader(name):
			kept[name] = value
		}
	}
	if kept["Content-Type"] == "" {
		kept["Content-Type"] = "binary/octet-stream" // what S3 says of objects without one
	}
	return kept
}

// withoutAWSChunked takes the transfer's own encoding out of Content-Encoding.
func withoutAWSChunked(value string) string {
	var rest []string
	for encoding := range strings.SplitSeq(value, ",") {
		if encoding = strings.TrimSpace(encoding); encoding != "" && encoding != "aws-chunked" {
			rest = append(rest, encoding)
		}
	}
	return strings.Join(rest, ", ")
}

// overrides are the parameters that change a header of the answer to a GET.
var overrides = map[string]string{
	"response-content-type":        "Content-Type",
	"response-content-language":    "Content-Language",
	"response-expires":             "Expires",
	"response-cache-control":       "Cache-Control",
	"response-content-disposition": "Content-Disposition",
	"response-content-encoding":    "Content-Encoding",
}

func overrideNames() iter.Seq[string] { return maps.Keys(overrides) }

// The x-amz- headers that are understood, or that say nothing about the object.
var knownHeaders = []string{
	"X-Amz-Date", "X-Amz-Content-Sha256", "X-Amz-Security-Token", "X-Amz-User-Agent", "X-Amz-Decoded-Content-Length",
	"X-Amz-Trailer", "X-Amz-Sdk-Checksum-Algorithm", "X-Amz-Checksum-Algorithm", "X-Amz-Checksum-Mode", "X-Amz-Checksum-Type",
	"X-Amz-Mp-Object-Size", "X-Amz-Expected-Bucket-Owner",
}

// headerValues are the x-amz- headers that are understood with one value only.
var headerValues = map[string][]string{
	sseHeader:                {sseS3, sseKMS},
	"X-Amz-Acl":              {"private", "bucket-owner-full-control"},
	"X-Amz-Storage-Class":    {"STANDARD"},
	"X-Amz-Object-Ownership": {"BucketOwnerEnforced"},
}

// maxMetadata is how many bytes names and values of x-amz-meta- headers may have.
// Source: the S3 user guide, "User-defined object metadata".
const maxMetadata = 2 << 10

func checkMetadata(h http.Header) error {
	size := 0
	for name, values := range h {
		if rest, ok := strings.CutPrefix(name, "X-Amz-Meta-"); ok {
			size += len(rest) + len(strings.Join(values, ","))
		}
	}
	if size > maxMetadata {
		return errorf(http.StatusBadRequest, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
	}
	return nil
}

// checkHeaders refuses what AWS would do and the local cloud would not.
func checkHeaders(h http.Header) error {
	for name, values := range h {
		if !strings.HasPrefix(name, "X-Amz-") || strings.HasPrefix(name, "X-Amz-Meta-") ||
			slices.Contains(knownHeaders, name) || isChecksumHeader(name) || slices.Contains(headerValues[name], values[0]) {
			continue
		}
		return unimplemented("the header " + strings.ToLower(name) + ": " + values[0])
	}
	return nil
}
