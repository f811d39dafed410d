package s3

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/johannesboyne/gofakes3"
	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// bucketType is AWS::S3::Bucket. Source of the property names and of what replaces
// a bucket: its schema in the CloudFormation registry.
func (s *Service) bucketType() resource.Type {
	return resource.Type{
		Name: "AWS::S3::Bucket",
		Properties: []string{
			"AccessControl", "BucketEncryption", "BucketName", "LifecycleConfiguration", "LoggingConfiguration",
			"OwnershipControls", "PublicAccessBlockConfiguration", "Tags", "VersioningConfiguration",
		},
		CreateOnly: []string{"BucketName"},
		Attributes: []string{"Arn", "DomainName", "RegionalDomainName", "DualStackDomainName"},
		Handler:    bucketHandler{s},
	}
}

// bucketProperties are the properties of a bucket. Those marked "recorded" change
// nothing in the local cloud; they are checked and stay in the template.
type bucketProperties struct {
	AccessControl    string // recorded: only the values that mean "no ACL"
	BucketName       string
	BucketEncryption *struct {
		ServerSideEncryptionConfiguration []struct {
			BucketKeyEnabled              bool // recorded: it is about keys of KMS
			ServerSideEncryptionByDefault *struct{ SSEAlgorithm string }
		}
	}
	LifecycleConfiguration *struct {
		Rules []lifecycleRule
	}
	LoggingConfiguration *struct { // recorded
		DestinationBucketName, LogFilePrefix string
	}
	OwnershipControls *struct {
		Rules []struct{ ObjectOwnership string }
	}
	PublicAccessBlockConfiguration *struct {
		BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets bool
	}
	Tags                    []struct{ Key, Value string }
	VersioningConfiguration *struct{ Status string }
}

// lifecycleRule is recorded: nothing in the local cloud grows old.
type lifecycleRule struct {
	Id                                string
	Status, Prefix, ExpirationDate    string
	ExpirationInDays                  *int
	ExpiredObjectDeleteMarker         *bool
	NoncurrentVersionExpirationInDays *int
	NoncurrentVersionExpiration       *struct{ NoncurrentDays, NewerNoncurrentVersions *int }
	AbortIncompleteMultipartUpload    *struct{ DaysAfterInitiation int }
	ObjectSizeGreaterThan             *int
	ObjectSizeLessThan                *int
}

// parseBucket decodes and checks the properties of a bucket.
func parseBucket(p resource.Properties) (bucketProperties, error) {
	var in bucketProperties
	if err := resource.Decode(p, &in); err != nil {
		return in, err
	}
	if !resource.Resolved(p) {
		return in, nil
	}
	return in, errors.Join(
		in.checkName(), in.checkEncryption(), in.checkLifecycle(), in.checkOwnership(), in.checkVersioning(),
	)
}

func (in bucketProperties) checkName() error {
	if in.BucketName == "" {
		return nil
	}
	if gofakes3.ValidateBucketName(in.BucketName) != nil {
		return wire.BadRequest("InvalidBucketName", "The specified bucket is not valid.")
	}
	return nil
}

func (in bucketProperties) checkEncryption() error {
	if in.BucketEncryption == nil {
		return nil
	}
	rules := in.BucketEncryption.ServerSideEncryptionConfiguration
	if len(rules) != 1 {
		return wire.BadRequest("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	if by := rules[0].ServerSideEncryptionByDefault; by != nil && by.SSEAlgorithm != sseS3 && by.SSEAlgorithm != sseKMS {
		return wire.Unimplemented("the bucket encryption " + by.SSEAlgorithm)
	}
	return nil
}

func (in bucketProperties) checkLifecycle() error {
	if in.LifecycleConfiguration == nil {
		return nil
	}
	for _, rule := range in.LifecycleConfiguration.Rules {
		if rule.Status != "Enabled" && rule.Status != "Disabled" {
			return wire.BadRequest("MalformedXML", "The lifecycle rule %q needs the Status Enabled or Disabled", rule.Id)
		}
		if rule.ExpirationDate == "" && rule.ExpirationInDays == nil && rule.ExpiredObjectDeleteMarker == nil &&
			rule.NoncurrentVersionExpirationInDays == nil && rule.NoncurrentVersionExpiration == nil && rule.AbortIncompleteMultipartUpload == nil {
			return wire.BadRequest("InvalidRequest", "At least one action needs to be specified in a rule")
		}
	}
	return nil
}

func (in bucketProperties) checkOwnership() error {
	ownership := "BucketOwnerEnforced"
	if in.OwnershipControls != nil {
		if len(in.OwnershipControls.Rules) != 1 {
			return wire.BadRequest("MalformedXML", "OwnershipControls needs exactly one rule")
		}
		ownership = in.OwnershipControls.Rules[0].ObjectOwnership
		if !slices.Contains([]string{"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"}, ownership) {
			return wire.BadRequest("MalformedXML", "%s is no object ownership", ownership)
		}
	}
	switch {
	case in.AccessControl == "" || in.AccessControl == "Private" || in.AccessControl == "BucketOwnerFullControl":
		return nil
	case in.AccessControl != "LogDeliveryWrite":
		return wire.Unimplemented("the access control list " + in.AccessControl)
	case ownership == "BucketOwnerEnforced":
		return wire.BadRequest("InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
	}
	return nil
}

func (in bucketProperties) checkVersioning() error {
	if v := in.VersioningConfiguration; v != nil && v.Status != versioningEnabled && v.Status != versioningSuspended {
		return wire.BadRequest("MalformedXML", "VersioningConfiguration needs the Status Enabled or Suspended")
	}
	return nil
}

// applyTo changes b to what the properties say.
func (in bucketProperties) applyTo(b *bucket, tags map[string]string) {
	status := ""
	if in.VersioningConfiguration != nil {
		status = in.VersioningConfiguration.Status
	}
	b.setVersioning(status)
	// Without a configuration AWS blocks public access to new buckets entirely.
	b.BlockPolicy, b.RestrictPublic = true, true
	if block := in.PublicAccessBlockConfiguration; block != nil {
		b.BlockPolicy, b.RestrictPublic = block.BlockPublicPolicy, block.RestrictPublicBuckets
	}
	b.Encryption = ""
	if in.BucketEncryption != nil {
		if by := in.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault; by != nil && by.SSEAlgorithm != sseS3 {
			b.Encryption = by.SSEAlgorithm
		}
	}
	b.Tags = tags
}

type bucketHandler struct{ s *Service }

// Validate implements resource.Validator.
func (h bucketHandler) Validate(p resource.Properties) error {
	_, err := parseBucket(p)
	return err
}

// Create implements resource.Handler.
func (h bucketHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	in, err := parseBucket(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	name := in.BucketName
	if name == "" {
		name = generatedName(r.StackName, r.LogicalID)
	}
	b := bucket{Token: r.Token}
	in.applyTo(&b, r.Tags)
	if err := h.s.createBucket(name, b); err != nil {
		if wire.AsError(err).Code == "BucketAlreadyOwnedByYou" {
			err = wire.BadRequest("AlreadyExists", "%s already exists", name)
		}
		return resource.Result{}, err
	}
	return h.result(name), nil
}

// Update implements resource.Handler.
func (h bucketHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	in, err := parseBucket(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	err = h.s.inBucket(r.PhysicalID, func(_ *bbolt.Tx, b *bucket) error {
		in.applyTo(b, r.Tags)
		return nil
	})
	return h.result(r.PhysicalID), err
}

// Delete implements resource.Handler. A bucket that holds anything stays.
func (h bucketHandler) Delete(_ context.Context, r resource.Request) error {
	err := h.s.deleteBucket(r.PhysicalID)
	if err != nil && wire.AsError(err).Status == http.StatusNotFound {
		return nil
	}
	return err
}

// Recover implements resource.Recoverer.
func (h bucketHandler) Recover(ctx context.Context, r resource.Request) error {
	return h.s.update(func(tx *bbolt.Tx) error {
		var made []string
		if err := buckets.Each(tx, "", func(name string, b bucket) error {
			if b.Token != "" && b.Token == r.Token {
				made = append(made, name)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, name := range made { // nobody has written to it yet: its creation was not over
			if err := buckets.Delete(tx, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h bucketHandler) result(name string) resource.Result {
	return resource.Result{PhysicalID: name, Attributes: map[string]any{
		"Arn":                 bucketARN(name),
		"DomainName":          name + ".s3.amazonaws.com",
		"RegionalDomainName":  name + ".s3." + h.s.Region + ".amazonaws.com",
		"DualStackDomainName": name + ".s3.dualstack." + h.s.Region + ".amazonaws.com",
	}}
}

// maxBucketName is the length of the longest bucket name.
const maxBucketName = 63

// generatedName is a bucket name as CloudFormation makes them up:
// <stack>-<logical id>-<12 characters>, in lower case, shortened to fit.
func generatedName(stack, logicalID string) string {
	random := strings.ToLower(rand.Text()[:12])
	room := maxBucketName - len(random) - 2
	stack, logicalID = strings.ToLower(stack), strings.ToLower(logicalID)
	if over := len(stack) + len(logicalID) - room; over > 0 {
		stack = stack[:max(len(stack)-over, room/2)]
		logicalID = logicalID[:min(len(logicalID), room-len(stack))]
	}
	return strings.Trim(stack, "-") + "-" + logicalID + "-" + random
}
