package s3

import (
	"context"
	"net/http"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// autoDeleteTag is the tag without which the CDK's handler leaves a bucket alone:
// taking autoDeleteObjects out of an app removes the tag and must not remove data.
const autoDeleteTag = "aws-cdk:auto-delete-objects"

// autoDeleteObjectsType is Custom::S3AutoDeleteObjects, which empties a bucket before
// its stack deletes it. Source: aws-cdk-lib, custom-resource-handlers,
// aws-s3/auto-delete-objects-handler. A bucket with another name replaces it, as
// the handler brings about by changing the physical id.
func (s *Service) autoDeleteObjectsType() resource.Type {
	return resource.Type{
		Name:       "Custom::S3AutoDeleteObjects",
		Properties: []string{"ServiceToken", "BucketName"},
		CreateOnly: []string{"BucketName"},
		Attributes: []string{},
		Handler:    autoDeleteHandler{s},
	}
}

type autoDeleteHandler struct{ s *Service }

type autoDeleteProperties struct{ ServiceToken, BucketName string }

// Validate implements resource.Validator.
func (h autoDeleteHandler) Validate(p resource.Properties) error {
	var in autoDeleteProperties
	if err := resource.Decode(p, &in); err != nil {
		return err
	}
	if in.BucketName == "" {
		return wire.BadRequest("ValidationError", "No BucketName was provided.")
	}
	return nil
}

// Create implements resource.Handler. There is nothing to do before the deletion.
func (h autoDeleteHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	var in autoDeleteProperties
	err := resource.Decode(r.Properties, &in)
	return resource.Result{PhysicalID: in.BucketName}, err
}

// Update implements resource.Handler; only replacements change anything.
func (h autoDeleteHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	return resource.Result{PhysicalID: r.PhysicalID}, nil
}

// Delete implements resource.Handler: it empties the bucket if the tag still says so.
func (h autoDeleteHandler) Delete(_ context.Context, r resource.Request) error {
	b, err := h.s.viewBucket(r.PhysicalID)
	switch {
	case err != nil && wire.AsError(err).Status == http.StatusNotFound:
		return nil
	case err != nil:
		return err
	case b.Tags[autoDeleteTag] != "true":
		return nil
	}
	return h.s.emptyBucket(r.PhysicalID, "")
}
