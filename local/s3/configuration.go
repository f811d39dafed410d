package s3

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"go.etcd.io/bbolt"
)

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// configurations are the bucket settings that can be read and, some, written over
// HTTP, by the query parameter that names them.
var configurations map[string]map[string]func(*Service, http.ResponseWriter, *http.Request, string) error

func init() { // a literal would refer to itself through the handlers
	configurations = map[string]map[string]func(*Service, http.ResponseWriter, *http.Request, string) error{
		"location":   {http.MethodGet: (*Service).getLocation},
		"encryption": {http.MethodGet: (*Service).getEncryption},
		"policy":     {http.MethodGet: (*Service).getPolicy, http.MethodPut: (*Service).putPolicy, http.MethodDelete: (*Service).deletePolicy},
		"tagging":    {http.MethodGet: (*Service).getTagging},
	}
}

func (s *Service) serveConfiguration(w http.ResponseWriter, r *http.Request, bucketName string) error {
	for name := range r.URL.Query() {
		if handle := configurations[name][r.Method]; handle != nil {
			return handle(s, w, r, bucketName)
		}
	}
	return unimplemented("the method " + r.Method + " here")
}

// getLocation answers GetBucketLocation. us-east-1 is the empty one.
func (s *Service) getLocation(w http.ResponseWriter, _ *http.Request, name string) error {
	if _, err := s.viewBucket(name); err != nil {
		return err
	}
	region := s.Region
	if region == "us-east-1" {
		region = ""
	}
	return writeXML(w, struct {
		XMLName xml.Name `xml:"LocationConstraint"`
		XMLNS   string   `xml:"xmlns,attr"`
		Region  string   `xml:",chardata"`
	}{XMLNS: namespace, Region: region})
}

// checkLocation reads the body of CreateBucket, which may name the Region.
func (s *Service) checkLocation(body io.Reader) error {
	var in struct {
		LocationConstraint string
	}
	switch err := xml.NewDecoder(io.LimitReader(body, 1<<16)).Decode(&in); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return errorf(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	case in.LocationConstraint != "" && in.LocationConstraint != s.Region:
		return errorf(400, "IllegalLocationConstraintException",
			"The %s location constraint is incompatible for the region specific endpoint this request was sent to.", in.LocationConstraint)
	}
	return nil
}

// getEncryption answers GetBucketEncryption. AWS encrypts every bucket with its own
// keys (SSE-S3), unless the bucket says otherwise.
func (s *Service) getEncryption(w http.ResponseWriter, _ *http.Request, name string) error {
	b, err := s.viewBucket(name)
	if err != nil {
		return err
	}
	return writeXML(w, struct {
		XMLName   xml.Name `xml:"ServerSideEncryptionConfiguration"`
		XMLNS     string   `xml:"xmlns,attr"`
		Algorithm string   `xml:"Rule>ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
	}{XMLNS: namespace, Algorithm: cmp.Or(b.Encryption, sseS3)})
}

func (s *Service) getPolicy(w http.ResponseWriter, _ *http.Request, name string) error {
	b, err := s.viewBucket(name)
	if err != nil {
		return err
	}
	if b.Policy == nil {
		return errorf(404, "NoSuchBucketPolicy", "The bucket policy does not exist").about("BucketName", name)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b.Policy) // a client that went away needs no answer
	return nil
}

// maxPolicy is the size of the largest bucket policy in bytes. Source: the S3 user
// guide, "Policies and permissions in Amazon S3".
const maxPolicy = 20 << 10

func (s *Service) putPolicy(w http.ResponseWriter, r *http.Request, name string) error {
	document, err := io.ReadAll(io.LimitReader(r.Body, maxPolicy+1))
	if err != nil {
		return fmt.Errorf("reading the policy: %w", err)
	}
	if err := s.setPolicy(name, document, ""); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// setPolicy checks document and makes it the bucket's policy. token is that of the
// resource request that asks for it, if one does.
func (s *Service) setPolicy(name string, document json.RawMessage, token string) error {
	if len(document) > maxPolicy {
		return errorf(400, "PolicyTooLarge", "The policy is larger than the maximum allowed size of %d bytes.", maxPolicy)
	}
	return s.inBucket(name, func(_ *bbolt.Tx, b *bucket) error {
		policy, err := parsePolicy(name, document)
		if err != nil {
			return err
		}
		if b.BlockPolicy && policy.public() {
			return accessDenied()
		}
		b.Policy, b.PolicyToken = document, token
		return nil
	})
}

func (s *Service) deletePolicy(w http.ResponseWriter, _ *http.Request, name string) error {
	if err := s.clearPolicy(name); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Service) clearPolicy(name string) error {
	return s.inBucket(name, func(_ *bbolt.Tx, b *bucket) error {
		b.Policy, b.PolicyToken = nil, ""
		return nil
	})
}

func (s *Service) getTagging(w http.ResponseWriter, _ *http.Request, name string) error {
	b, err := s.viewBucket(name)
	if err != nil {
		return err
	}
	if len(b.Tags) == 0 {
		return errorf(404, "NoSuchTagSet", "The TagSet does not exist").about("BucketName", name)
	}
	type tag struct{ Key, Value string }
	var tags []tag
	for _, key := range slices.Sorted(maps.Keys(b.Tags)) {
		tags = append(tags, tag{key, b.Tags[key]})
	}
	return writeXML(w, struct {
		XMLName xml.Name `xml:"Tagging"`
		XMLNS   string   `xml:"xmlns,attr"`
		Tags    []tag    `xml:"TagSet>Tag"`
	}{XMLNS: namespace, Tags: tags})
}

func writeXML(w http.ResponseWriter, document any) error {
	data, err := xml.Marshal(document)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write(append([]byte(xml.Header), data...)) // a client that went away needs no answer
	return nil
}
