package edge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

// The texts of the refusals below are CloudFront's where they are known (CloudFront
// API reference, errors of CreateDistribution); the codes always are.

// maxComment is the longest comment of a distribution, in characters.
const maxComment = 128

// check refuses a configuration that CloudFront would refuse or that the local cloud
// does not implement, as far as the configuration alone tells.
func (c distributionConfig) check() error {
	if len([]rune(c.Comment)) > maxComment {
		return wire.BadRequest("InvalidArgument", "The parameter Comment is too long: CloudFront takes %d characters.", maxComment)
	}
	if strings.HasPrefix(c.DefaultRootObject, "/") {
		return wire.BadRequest("InvalidDefaultRootObject", "The parameter DefaultRootObject must not begin with a slash.")
	}
	if c.Staging {
		return wire.Unimplemented("staging distributions")
	}
	if c.Restrictions != nil && c.Restrictions.GeoRestriction.RestrictionType != "none" {
		return wire.Unimplemented("geographic restrictions")
	}
	if c.ViewerCertificate != nil && !c.ViewerCertificate.CloudFrontDefaultCertificate {
		return wire.Unimplemented("viewer certificates other than CloudFront's own")
	}
	if !slices.Contains([]string{"", "PriceClass_100", "PriceClass_200", "PriceClass_All"}, c.PriceClass) {
		return wire.BadRequest("InvalidArgument", "The parameter PriceClass is invalid: %s", c.PriceClass)
	}
	if !slices.Contains([]string{"", "http1.1", "http2", "http3", "http2and3"}, strings.ToLower(c.HttpVersion)) {
		return wire.BadRequest("InvalidArgument", "The parameter HttpVersion is invalid: %s", c.HttpVersion)
	}
	if err := checkOrigins(c.Origins); err != nil {
		return err
	}
	if err := c.checkBehaviors(); err != nil {
		return err
	}
	return checkErrorResponses(c.CustomErrorResponses)
}

func checkOrigins(origins []origin) error {
	if len(origins) == 0 {
		return wire.BadRequest("InvalidArgument", "The parameter Origins is required.")
	}
	seen := map[string]bool{}
	for _, o := range origins {
		if o.Id == "" || seen[o.Id] {
			return wire.BadRequest("InvalidArgument", "The parameter Id of an origin is required and must be unique: %q", o.Id)
		}
		seen[o.Id] = true
		if o.bucket() == "" {
			return wire.Unimplemented("origins other than S3 buckets: " + o.DomainName)
		}
		if o.S3OriginConfig == nil {
			return wire.Unimplemented("an origin without S3OriginConfig: " + o.Id)
		}
		if o.S3OriginConfig.OriginAccessIdentity != "" {
			return wire.Unimplemented("origin access identities; use an origin access control")
		}
		if o.OriginPath != "" && (o.OriginPath[0] != '/' || strings.HasSuffix(o.OriginPath, "/")) {
			return wire.BadRequest("InvalidArgument", "The parameter OriginPath must begin with a slash and must not end with one: %s", o.OriginPath)
		}
	}
	return nil
}

// bucketDomain is how a bucket is named as an origin; its website endpoint is another
// kind of origin.
var bucketDomain = regexp.MustCompile(`^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$`)

// bucket is the name of the bucket that o is; empty if it is none.
func (o origin) bucket() string {
	if m := bucketDomain.FindStringSubmatch(o.DomainName); m != nil && !strings.Contains(o.DomainName, ".s3-website") {
		return m[1]
	}
	return ""
}

func (c distributionConfig) checkBehaviors() error {
	if c.DefaultCacheBehavior.PathPattern != "" {
		return wire.BadRequest("InvalidArgument", "The default cache behavior takes no PathPattern.")
	}
	patterns := map[string]bool{}
	for _, b := range c.CacheBehaviors {
		if b.PathPattern == "" || patterns[b.PathPattern] {
			return wire.BadRequest("InvalidArgument", "The parameter PathPattern is required and must be unique: %q", b.PathPattern)
		}
		patterns[b.PathPattern] = true
	}
	for _, b := range c.behaviors() {
		if !slices.ContainsFunc(c.Origins, func(o origin) bool { return o.Id == b.TargetOriginId }) {
			return &wire.Error{Status: 404, Code: "NoSuchOrigin", Message: "One or more of your origins or origin groups do not exist."}
		}
		if err := b.check(); err != nil {
			return err
		}
	}
	return nil
}

// The sets of methods that CloudFront allows, without those that write.
var allowedMethods = [][]string{{"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"}}

func (b behavior) check() error {
	if !slices.Contains([]string{"allow-all", "https-only", "redirect-to-https"}, b.ViewerProtocolPolicy) {
		return wire.BadRequest("InvalidViewerProtocolPolicy", "The parameter ViewerProtocolPolicy is invalid: %q", b.ViewerProtocolPolicy)
	}
	if b.SmoothStreaming {
		return wire.Unimplemented("smooth streaming")
	}
	if b.CachePolicyId == "" {
		return wire.Unimplemented("a cache behavior without a CachePolicyId")
	}
	if len(b.AllowedMethods) > 0 {
		methods := slices.Sorted(slices.Values(b.AllowedMethods))
		if len(methods) == 7 {
			return wire.Unimplemented("methods that write")
		}
		if !slices.ContainsFunc(allowedMethods, func(set []string) bool { return slices.Equal(set, methods) }) {
			return wire.BadRequest("InvalidArgument", "The parameter AllowedMethods is invalid: %s", strings.Join(methods, ", "))
		}
	}
	events := map[string]bool{}
	for _, a := range b.FunctionAssociations {
		if a.EventType != viewerRequest && a.EventType != viewerResponse {
			return wire.BadRequest("InvalidFunctionAssociation", "The function event type is invalid: %s", a.EventType)
		}
		if events[a.EventType] {
			return wire.BadRequest("TooManyFunctionAssociations", "There is more than one function association for the event type %s.", a.EventType)
		}
		events[a.EventType] = true
	}
	return nil
}

// errorCodes are the status codes for which a custom error response can be set, and
// responseCodes those that it can answer with. Source: the CloudFront developer
// guide, "Creating a custom error page for specific HTTP status codes".
var (
	errorCodes    = []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
	responseCodes = append([]int{200}, errorCodes...)
)

func checkErrorResponses(list []customErrorResponse) error {
	seen := map[int]bool{}
	for _, e := range list {
		invalid := func(format string, args ...any) error {
			return wire.BadRequest("InvalidArgument", "The custom error response for %d is invalid: %s", e.ErrorCode, fmt.Sprintf(format, args...))
		}
		switch {
		case !slices.Contains(errorCodes, e.ErrorCode):
			return invalid("CloudFront has none for this ErrorCode")
		case seen[e.ErrorCode]:
			return invalid("there is more than one")
		case (e.ResponseCode == 0) != (e.ResponsePagePath == ""):
			return invalid("ResponseCode and ResponsePagePath go together")
		case e.ResponseCode != 0 && !slices.Contains(responseCodes, e.ResponseCode):
			return invalid("CloudFront does not answer with the ResponseCode %d", e.ResponseCode)
		case e.ResponsePagePath != "" && e.ResponsePagePath[0] != '/':
			return invalid("ResponsePagePath must begin with a slash")
		case e.ErrorCachingMinTTL < 0:
			return invalid("ErrorCachingMinTTL is negative")
		}
		seen[e.ErrorCode] = true
	}
	return nil
}

// checkReferences refuses a configuration that names what does not exist.
func (c distributionConfig) checkReferences(tx *bbolt.Tx) error {
	for _, o := range c.Origins {
		if o.OriginAccessControlId == "" {
			continue
		}
		if _, found, err := accessControls.Get(tx, o.OriginAccessControlId); err != nil || !found {
			return notFound(err, "InvalidOriginAccessControl", "The origin access control is invalid or doesn't exist: %s", o.OriginAccessControlId)
		}
	}
	for _, b := range c.behaviors() {
		if _, found, err := findCachePolicy(tx, b.CachePolicyId); err != nil || !found {
			return notFound(err, "NoSuchCachePolicy", "The specified cache policy does not exist: %s", b.CachePolicyId)
		}
		if id := b.OriginRequestPolicyId; id != "" {
			if found, err := hasOriginRequestPolicy(tx, id); err != nil || !found {
				return notFound(err, "NoSuchOriginRequestPolicy", "The specified origin request policy does not exist: %s", id)
			}
		}
		if id := b.ResponseHeadersPolicyId; id != "" {
			if _, found, err := findHeadersPolicy(tx, id); err != nil || !found {
				return notFound(err, "NoSuchResponseHeadersPolicy", "The specified response headers policy does not exist: %s", id)
			}
		}
		for _, a := range b.FunctionAssociations {
			f, found, err := findFunction(tx, a.FunctionARN)
			if err != nil || !found || f.Live == "" {
				return notFound(err, "InvalidFunctionAssociation", "The function does not exist, or is not published: %s", a.FunctionARN)
			}
		}
	}
	return nil
}

// notFound is err, or the given refusal when there is none.
func notFound(err error, code, format string, args ...any) error {
	if err != nil {
		return err
	}
	return wire.BadRequest(code, format, args...)
}
