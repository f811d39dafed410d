package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// bucketDeploymentType is Custom::CDKBucketDeployment, which unpacks archives of one
// bucket into another. Source: aws-cdk-lib, aws-s3-deployment/lib and
// custom-resource-handlers, aws-s3-deployment/bucket-deployment-handler; what its
// `aws s3 sync` does is the AWS CLI's customizations/s3.
func (s *Service) bucketDeploymentType() resource.Type {
	return resource.Type{
		Name: "Custom::CDKBucketDeployment",
		Properties: []string{
			"DestinationBucketArn", "DestinationBucketKeyPrefix", "DestinationBucketName", "DistributionId", "DistributionPaths",
			"Exclude", "Extract", "Include", "OutputObjectKeys", "OutputObjectVersionIds", "Prune", "RetainOnDelete",
			"ServiceToken", "SignContent", "SourceBucketNames", "SourceMarkers", "SourceMarkersConfig", "SourceObjectKeys",
			"SystemMetadata", "UserMetadata", "WaitForDistributionInvalidation",
		},
		Handler: deploymentHandler{s},
	}
}

// deployment are the properties of a bucket deployment. A pointer tells "unset", for
// which the handler has a default of its own.
type deployment struct {
	ServiceToken               string
	SourceBucketNames          []string
	SourceObjectKeys           []string
	SourceMarkers              []map[string]string
	SourceMarkersConfig        []struct{ JsonEscape string } // see decodeDeployment
	DestinationBucketName      string
	DestinationBucketKeyPrefix string
	DestinationBucketArn       string
	Extract, RetainOnDelete    *bool
	Prune                      *bool
	Exclude, Include           []string
	UserMetadata               map[string]string
	SystemMetadata             map[string]string
	OutputObjectKeys           *bool
	OutputObjectVersionIds     bool

	// The edge keeps no copies, so there is nothing to invalidate or to wait for;
	// and nothing is sent, so there is nothing to sign.
	DistributionId                  string
	DistributionPaths               []string
	WaitForDistributionInvalidation bool
	SignContent                     bool
}

func orTrue(b *bool) bool { return b == nil || *b }

// decodeDeployment decodes and checks the properties of a bucket deployment.
func decodeDeployment(p resource.Properties) (deployment, error) {
	var d deployment
	if err := resource.Decode(capitaliseMarkersConfig(p), &d); err != nil {
		return d, err
	}
	if !resource.Resolved(p) {
		return d, nil
	}
	if d.DestinationBucketName == "" || len(d.SourceBucketNames) == 0 {
		return d, wire.BadRequest("ValidationError", "missing request resource property: SourceBucketNames and DestinationBucketName are required")
	}
	if len(d.SourceBucketNames) != len(d.SourceObjectKeys) {
		return d, wire.BadRequest("ValidationError", "'SourceBucketNames' and 'SourceObjectKeys' must be the same length")
	}
	if d.SourceMarkers != nil && len(d.SourceMarkers) != len(d.SourceObjectKeys) {
		return d, wire.BadRequest("ValidationError", "'source_markers' and 's3_source_zips' must be the same length")
	}
	if d.SourceMarkersConfig != nil && len(d.SourceMarkersConfig) != len(d.SourceObjectKeys) {
		return d, wire.BadRequest("ValidationError", "'SourceMarkersConfig' and 'SourceObjectKeys' must be the same length")
	}
	if d.DestinationBucketKeyPrefix == "/" { // the handler takes it for none
		d.DestinationBucketKeyPrefix = ""
	}
	_, err := d.header("")
	return d, err
}

// capitaliseMarkersConfig renames jsonEscape, the one property that does not start
// with a capital letter, so that it has a field.
func capitaliseMarkersConfig(p resource.Properties) resource.Properties {
	list, ok := p["SourceMarkersConfig"].([]any)
	if !ok {
		return p
	}
	renamed := make([]any, len(list))
	for i, member := range list {
		renamed[i] = member
		if object, ok := member.(map[string]any); ok {
			if value, found := object["jsonEscape"]; found && len(object) == 1 {
				renamed[i] = map[string]any{"JsonEscape": value}
			}
		}
	}
	p = cloneProperties(p)
	p["SourceMarkersConfig"] = renamed
	return p
}

func cloneProperties(p resource.Properties) resource.Properties {
	c := make(resource.Properties, len(p))
	for name, value := range p {
		c[name] = value
	}
	return c
}

// header is what the files of the deployment called name are stored with.
func (d deployment) header(name string) (map[string]string, error) {
	h := map[string]string{"Content-Type": guessContentType(name)}
	for key, value := range d.SystemMetadata {
		key = strings.ToLower(key)
		switch key {
		case "cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires":
			h[http.CanonicalHeaderKey(key)] = value
		case "sse":
			if value != "AES256" {
				return nil, wire.Unimplemented("SystemMetadata sse " + value)
			}
		case "storage-class":
			if value != "STANDARD" {
				return nil, wire.Unimplemented("SystemMetadata storage-class " + value)
			}
		default:
			return nil, wire.Unimplemented("SystemMetadata " + key)
		}
	}
	for key, value := range d.UserMetadata {
		h[http.CanonicalHeaderKey("X-Amz-Meta-"+key)] = value
	}
	return h, nil
}

// prefix is the folder that the deployment owns: empty, or with a slash at its end,
// which `aws s3 sync` adds.
func (d deployment) prefix() string {
	if p := d.DestinationBucketKeyPrefix; p != "" && !strings.HasSuffix(p, "/") {
		return p + "/"
	}
	return d.DestinationBucketKeyPrefix
}

type deploymentHandler struct{ s *Service }

// Validate implements resource.Validator.
func (h deploymentHandler) Validate(p resource.Properties) error {
	_, err := decodeDeployment(p)
	return err
}

// Create implements resource.Handler.
func (h deploymentHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	d, err := decodeDeployment(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	return h.deploy(d, "aws.cdk.s3deployment."+wire.RequestID())
}

// Update implements resource.Handler. Where the destination changed and is not to be
// retained, the old one is emptied first, as the CDK's handler does.
func (h deploymentHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	d, err := decodeDeployment(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	old, err := decodeDeployment(r.Old)
	if err != nil {
		return resource.Result{}, err
	}
	moved := old.DestinationBucketName != d.DestinationBucketName || old.DestinationBucketKeyPrefix != d.DestinationBucketKeyPrefix
	if moved && !orTrue(d.RetainOnDelete) {
		if err := h.remove(old); err != nil {
			return resource.Result{}, err
		}
	}
	return h.deploy(d, r.PhysicalID)
}

// Delete implements resource.Handler.
func (h deploymentHandler) Delete(_ context.Context, r resource.Request) error {
	d, err := decodeDeployment(r.Properties)
	if err != nil {
		return err
	}
	if orTrue(d.RetainOnDelete) {
		return nil
	}
	b, err := h.s.viewBucket(d.DestinationBucketName)
	if err != nil {
		return ignoreNotFound(err)
	}
	// Another deployment to the same place owns the files now.
	tag := "aws-cdk:cr-owned"
	if d.DestinationBucketKeyPrefix != "" {
		tag += ":" + d.DestinationBucketKeyPrefix
	}
	for key := range b.Tags {
		if strings.HasPrefix(key, tag) {
			return nil
		}
	}
	return h.remove(d)
}

// remove does `aws s3 rm --recursive`.
func (h deploymentHandler) remove(d deployment) error {
	return ignoreNotFound(h.s.removeObjects(d.DestinationBucketName, d.prefix(), func(string) bool { return true }))
}

func ignoreNotFound(err error) error {
	if err != nil && wire.AsError(err).Status == http.StatusNotFound {
		return nil
	}
	return err
}

func (h deploymentHandler) deploy(d deployment, physicalID string) (resource.Result, error) {
	if err := h.s.sync(d); err != nil {
		return resource.Result{}, err
	}
	attributes := map[string]any{"SourceObjectKeys": []any{}}
	if d.DestinationBucketArn != "" {
		attributes["DestinationBucketArn"] = d.DestinationBucketArn
	}
	if orTrue(d.OutputObjectKeys) {
		attributes["SourceObjectKeys"] = anys(d.SourceObjectKeys)
	}
	if d.OutputObjectVersionIds {
		ids, err := h.versionIDs(d)
		if err != nil {
			return resource.Result{}, err
		}
		attributes["SourceObjectVersionIds"] = anys(ids)
	}
	return resource.Result{PhysicalID: physicalID, Attributes: attributes}, nil
}

// versionIDs are the version ids of archives that were copied without unpacking;
// empty where a filter skipped one or the bucket is not versioned.
func (h deploymentHandler) versionIDs(d deployment) ([]string, error) {
	ids := make([]string, len(d.SourceObjectKeys))
	for i, key := range d.SourceObjectKeys {
		o, err := h.s.open(d.DestinationBucketName, d.prefix()+path.Base(key), "")
		if err != nil {
			if ignoreNotFound(err) == nil {
				continue
			}
			return nil, err
		}
		ids[i] = o.VersionID
		if err := o.Close(); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, text := range list {
		out[i] = text
	}
	return out
}

// sync unpacks the sources and makes the destination what they are.
func (s *Service) sync(d deployment) (err error) {
	files, closeSources, err := s.openSources(d)
	defer func() { err = errors.Join(err, closeSources()) }()
	if err != nil {
		return err
	}
	if _, err := s.viewBucket(d.DestinationBucketName); err != nil {
		return err
	}
	chosen := newFilter(d.Exclude, d.Include)
	wanted := map[string]bool{}
	for _, f := range files {
		if !chosen(f.name) {
			continue
		}
		key := d.prefix() + f.name
		wanted[key] = true
		header, err := d.header(f.name)
		if err != nil {
			return err
		}
		if err := s.store(d.DestinationBucketName, key, header, f); err != nil {
			return fmt.Errorf("deploying %s: %w", key, err)
		}
	}
	if !orTrue(d.Prune) {
		return nil
	}
	return s.removeObjects(d.DestinationBucketName, d.prefix(), func(key string) bool {
		return !wanted[key] && chosen(strings.TrimPrefix(key, d.prefix()))
	})
}

// newFilter is --exclude and --include of the AWS CLI: everything is in until a
// pattern says otherwise, and the last pattern that matches decides. The CDK's
// handler passes all exclusions before all inclusions.
func newFilter(exclude, include []string) func(name string) bool {
	return func(name string) bool {
		matches := func(pattern string) bool { return fnmatch(pattern, name) }
		return slices.ContainsFunc(include, matches) || !slices.ContainsFunc(exclude, matches)
	}
}
