package edge

import (
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// distribution is a distribution as it is stored.
type distribution struct {
	ID, DomainName string
	Created        time.Time
	Token          string `json:",omitempty"` // resource.Request.Token
	Config         distributionConfig
}

// distributions holds every distribution under its id.
var distributions = store.NewTable[distribution]("edge/distributions")

// distributionConfig is DistributionConfig of AWS::CloudFront::Distribution, its
// implemented part. Those marked "recorded" change nothing on one machine.
type distributionConfig struct {
	Enabled              bool
	Comment              string
	DefaultRootObject    string
	Origins              []origin
	DefaultCacheBehavior behavior
	CacheBehaviors       []behavior
	CustomErrorResponses []customErrorResponse
	PriceClass           string // recorded
	HttpVersion          string // recorded
	IPV6Enabled          bool   // recorded
	Logging              *struct {
		Bucket, Prefix string
		IncludeCookies bool
	} // recorded
	Restrictions      *struct{ GeoRestriction geoRestriction }
	ViewerCertificate *struct {
		CloudFrontDefaultCertificate bool
		MinimumProtocolVersion       string // recorded: CloudFront fixes it for its own certificate
	}
	Staging bool
}

type geoRestriction struct {
	RestrictionType string
	Locations       []string
}

type origin struct {
	Id, DomainName        string
	OriginPath            string
	OriginAccessControlId string
	ConnectionAttempts    int // recorded: nothing between the edge and a bucket fails
	ConnectionTimeout     int // recorded
	S3OriginConfig        *struct{ OriginAccessIdentity string }
}

type behavior struct {
	PathPattern             string
	TargetOriginId          string
	ViewerProtocolPolicy    string
	AllowedMethods          []string
	CachedMethods           []string // recorded: nothing is cached
	Compress                bool
	CachePolicyId           string
	OriginRequestPolicyId   string
	ResponseHeadersPolicyId string
	FunctionAssociations    []functionAssociation
	SmoothStreaming         bool
}

type functionAssociation struct{ EventType, FunctionARN string }

type customErrorResponse struct {
	ErrorCode          int
	ResponseCode       int
	ResponsePagePath   string
	ErrorCachingMinTTL float64 // recorded: nothing is cached
}

// behaviors are all behaviours, the default one last.
func (c distributionConfig) behaviors() []behavior {
	return append(slices.Clone(c.CacheBehaviors), c.DefaultCacheBehavior)
}

// eachDistribution calls visit for every distribution.
func eachDistribution(tx *bbolt.Tx, visit func(distribution) error) error {
	return distributions.Each(tx, "", func(_ string, d distribution) error { return visit(d) })
}

// refuseInUse returns a refusal with the given code and message when a behaviour or an
// origin of some distribution uses what is to be deleted.
func refuseInUse(tx *bbolt.Tx, code, message string, uses func(distributionConfig) bool) error {
	return eachDistribution(tx, func(d distribution) error {
		if uses(d.Config) {
			return &wire.Error{Status: 409, Code: code, Message: message}
		}
		return nil
	})
}

// anyBehavior tells whether uses is true of some behaviour.
func anyBehavior(uses func(behavior) bool) func(distributionConfig) bool {
	return func(c distributionConfig) bool { return slices.ContainsFunc(c.behaviors(), uses) }
}
