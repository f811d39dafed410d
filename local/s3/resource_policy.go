package s3

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// bucketPolicyType is AWS::S3::BucketPolicy. Its Ref is the bucket's name.
func (s *Service) bucketPolicyType() resource.Type {
	return resource.Type{
		Name:       "AWS::S3::BucketPolicy",
		Properties: []string{"Bucket", "PolicyDocument"},
		CreateOnly: []string{"Bucket"},
		Attributes: []string{},
		Handler:    bucketPolicyHandler{s},
	}
}

type bucketPolicyHandler struct{ s *Service }

func parseBucketPolicy(p resource.Properties) (name string, document json.RawMessage, err error) {
	var in struct {
		Bucket         string
		PolicyDocument any
	}
	if err := resource.Decode(p, &in); err != nil {
		return "", nil, err
	}
	if in.Bucket == "" || in.PolicyDocument == nil {
		return "", nil, wire.BadRequest("ValidationError", "Bucket and PolicyDocument are required")
	}
	if !resource.Resolved(p) {
		return in.Bucket, nil, nil
	}
	if text, ok := in.PolicyDocument.(string); ok { // a document may be given as its JSON
		document = json.RawMessage(text)
	} else if document, err = json.Marshal(in.PolicyDocument); err != nil {
		return "", nil, fmt.Errorf("encoding the policy: %w", err)
	}
	_, err = parsePolicy(in.Bucket, document)
	return in.Bucket, document, err
}

// Validate implements resource.Validator.
func (h bucketPolicyHandler) Validate(p resource.Properties) error {
	_, _, err := parseBucketPolicy(p)
	return err
}

// Create implements resource.Handler.
func (h bucketPolicyHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	name, document, err := parseBucketPolicy(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	b, err := h.s.viewBucket(name)
	if err != nil {
		return resource.Result{}, err
	}
	if b.Policy != nil {
		return resource.Result{}, wire.BadRequest("AlreadyExists", "The bucket policy already exists on bucket %s.", name)
	}
	return resource.Result{PhysicalID: name}, h.s.setPolicy(name, document, r.Token)
}

// Update implements resource.Handler.
func (h bucketPolicyHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	name, document, err := parseBucketPolicy(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	return resource.Result{PhysicalID: name}, h.s.setPolicy(name, document, r.Token)
}

// Delete implements resource.Handler.
func (h bucketPolicyHandler) Delete(_ context.Context, r resource.Request) error {
	err := h.s.clearPolicy(r.PhysicalID)
	if err != nil && wire.AsError(err).Status == http.StatusNotFound {
		return nil
	}
	return err
}

// Recover implements resource.Recoverer.
func (h bucketPolicyHandler) Recover(ctx context.Context, r resource.Request) error {
	name, _, err := parseBucketPolicy(r.Properties)
	if err != nil {
		return err
	}
	if b, err := h.s.viewBucket(name); err != nil || b.PolicyToken == "" || b.PolicyToken != r.Token {
		return nil //nolint:nilerr // without a bucket there is no policy either
	}
	r.PhysicalID = name
	return h.Delete(ctx, r)
}
