package edge

import (
	"slices"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// cachePolicyConfig is CachePolicyConfig. Nothing is cached, so all of it but the
// compression is recorded.
type cachePolicyConfig struct {
	Name, Comment                            string
	DefaultTTL, MaxTTL, MinTTL               float64
	ParametersInCacheKeyAndForwardedToOrigin struct {
		EnableAcceptEncodingBrotli bool
		EnableAcceptEncodingGzip   bool
		CookiesConfig              struct {
			CookieBehavior string
			Cookies        []string
		}
		HeadersConfig struct {
			HeaderBehavior string
			Headers        []string
		}
		QueryStringsConfig struct {
			QueryStringBehavior string
			QueryStrings        []string
		}
	}
}

func (c cachePolicyConfig) policyName() string { return c.Name }

func (c cachePolicyConfig) check() error {
	p := c.ParametersInCacheKeyAndForwardedToOrigin
	selections := []string{"none", "whitelist", "allExcept", "all"}
	switch {
	case c.MinTTL < 0 || c.MinTTL > c.DefaultTTL || c.DefaultTTL > c.MaxTTL:
		return wire.BadRequest("InvalidArgument", "The parameters MinTTL, DefaultTTL and MaxTTL are invalid: they must not be negative and must ascend.")
	case !slices.Contains(selections, p.CookiesConfig.CookieBehavior),
		!slices.Contains(selections[:2], p.HeadersConfig.HeaderBehavior),
		!slices.Contains(selections, p.QueryStringsConfig.QueryStringBehavior):
		return wire.BadRequest("InvalidArgument", "The parameter ParametersInCacheKeyAndForwardedToOrigin is invalid.")
	case c.MaxTTL == 0 && (p.EnableAcceptEncodingGzip || p.EnableAcceptEncodingBrotli):
		return wire.BadRequest("InvalidArgument", "The parameter EnableAcceptEncodingGzip is invalid for policy with caching disabled.")
	}
	return nil
}

// cachePolicies holds every custom cache policy under its id.
var cachePolicies = store.NewTable[policy[cachePolicyConfig]]("edge/cache-policies")

type cachePolicyProperties struct{ CachePolicyConfig cachePolicyConfig }

func (s *Service) cachePolicyHandler() resource.Handler {
	return policyHandler[cachePolicyProperties, cachePolicyConfig]{
		s: s, table: cachePolicies, kind: "CachePolicy",
		config: func(p cachePolicyProperties) cachePolicyConfig { return p.CachePolicyConfig },
		uses:   func(b behavior) string { return b.CachePolicyId },
	}
}

// managedCachePolicies are AWS's own: whether each lets the edge compress. Source: the
// CloudFront developer guide, "Using the managed cache policies".
var managedCachePolicies = map[string]bool{
	"658327ea-f89d-4fab-a63d-7e88639e58f6": true,  // CachingOptimized
	"b2884449-e4de-46a7-ac36-70bc7f1ddd6d": false, // CachingOptimizedForUncompressedObjects
	"4135ea2d-6df8-44a3-9df3-4b5a84be39ad": false, // CachingDisabled
	"83da9c7e-98b4-4e11-a168-04f0df8e2c65": true,  // UseOriginCacheControlHeaders
	"4cc15a8a-d715-48a4-82b8-cc0b614638fe": true,  // UseOriginCacheControlHeaders-QueryStrings
	"2e54312d-136d-493c-8eb9-b001f22f67d2": true,  // Amplify
}

// findCachePolicy tells whether the policy lets the edge compress with gzip.
func findCachePolicy(tx *bbolt.Tx, id string) (gzip, found bool, err error) {
	if gzip, found := managedCachePolicies[id]; found {
		return gzip, true, nil
	}
	p, found, err := cachePolicies.Get(tx, id)
	return p.Config.ParametersInCacheKeyAndForwardedToOrigin.EnableAcceptEncodingGzip, found, err
}

// originRequestPolicyConfig is OriginRequestPolicyConfig. A bucket looks at none of
// what such a policy forwards, so all of it is recorded.
type originRequestPolicyConfig struct {
	Name, Comment string
	CookiesConfig struct {
		CookieBehavior string
		Cookies        []string
	}
	HeadersConfig struct {
		HeaderBehavior string
		Headers        []string
	}
	QueryStringsConfig struct {
		QueryStringBehavior string
		QueryStrings        []string
	}
}

func (c originRequestPolicyConfig) policyName() string { return c.Name }

func (c originRequestPolicyConfig) check() error {
	if b := c.HeadersConfig.HeaderBehavior; b != "none" && b != "whitelist" {
		return wire.Unimplemented("the HeaderBehavior " + b + " of an origin request policy: buckets refuse the viewer's Host header")
	}
	return nil
}

// originRequestPolicies holds every custom origin request policy under its id.
var originRequestPolicies = store.NewTable[policy[originRequestPolicyConfig]]("edge/origin-request-policies")

type originRequestPolicyProperties struct{ OriginRequestPolicyConfig originRequestPolicyConfig }

func (s *Service) originRequestPolicyHandler() resource.Handler {
	return policyHandler[originRequestPolicyProperties, originRequestPolicyConfig]{
		s: s, table: originRequestPolicies, kind: "OriginRequestPolicy",
		config: func(p originRequestPolicyProperties) originRequestPolicyConfig { return p.OriginRequestPolicyConfig },
		uses:   func(b behavior) string { return b.OriginRequestPolicyId },
	}
}

// managedOriginRequestPolicies are those of AWS's own that work with a bucket. Source:
// the CloudFront developer guide, "Using the managed origin request policies".
var managedOriginRequestPolicies = []string{
	"88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", // CORS-S3Origin
	"59781a5b-3903-41f3-afcb-af62929ccde1", // CORS-CustomOrigin
	"acba4595-bd28-49b8-b9fe-13317c0390fa", // UserAgentRefererHeaders
	"b689b0a8-53d0-40ab-baf2-68738e2966ac", // AllViewerExceptHostHeader
}

func hasOriginRequestPolicy(tx *bbolt.Tx, id string) (bool, error) {
	if slices.Contains(managedOriginRequestPolicies, id) {
		return true, nil
	}
	_, found, err := originRequestPolicies.Get(tx, id)
	return found, err
}
