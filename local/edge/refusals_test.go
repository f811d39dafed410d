package edge_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

func TestRefusedDistributions(t *testing.T) {
	t.Parallel()
	origin := func(config object) object { return config["Origins"].([]any)[0].(object) }
	for name, tc := range map[string]struct {
		change func(config object)
		want   string
	}{
		"an access control that is not there":        {func(c object) { origin(c)["OriginAccessControlId"] = "ENONE" }, "InvalidOriginAccessControl"},
		"a cache policy that is not there":           {func(c object) { behavior(c)["CachePolicyId"] = "none" }, "NoSuchCachePolicy"},
		"a headers policy that is not there":         {func(c object) { behavior(c)["ResponseHeadersPolicyId"] = "none" }, "NoSuchResponseHeadersPolicy"},
		"an origin request policy that is not there": {func(c object) { behavior(c)["OriginRequestPolicyId"] = "none" }, "NoSuchOriginRequestPolicy"},
		"a function that is not there":               {func(c object) { associate(c, "viewer-request", "arn:aws:cloudfront::1:function/none") }, "InvalidFunctionAssociation"},
		"a function for an origin event":             {func(c object) { associate(c, "origin-request", "arn") }, "InvalidFunctionAssociation"},
		"two functions for one event": {func(c object) {
			associate(c, "viewer-request", "a")
			associate(c, "viewer-request", "b")
		}, "TooManyFunctionAssociations"},
		"a behavior for an origin that is not there": {func(c object) { behavior(c)["TargetOriginId"] = "other" }, "NoSuchOrigin"},
		"a website as origin":                        {func(c object) { origin(c)["DomainName"] = "example.com" }, "origins other than S3 buckets"},
		"a bucket's website endpoint":                {func(c object) { origin(c)["DomainName"] = "site.s3-website-us-east-1.amazonaws.com" }, "origins other than S3 buckets"},
		"an origin access identity":                  {func(c object) { origin(c)["S3OriginConfig"] = object{"OriginAccessIdentity": "x"} }, "origin access identities"},
		"an origin path with a slash behind":         {func(c object) { origin(c)["OriginPath"] = "/a/" }, "OriginPath"},
		"two origins with one id":                    {func(c object) { c["Origins"] = append(c["Origins"].([]any), origin(c)) }, "must be unique"},
		"a comment of 129 characters":                {func(c object) { c["Comment"] = strings.Repeat("x", 129) }, "Comment is too long"},
		"a root object with a slash":                 {func(c object) { c["DefaultRootObject"] = "/index.html" }, "InvalidDefaultRootObject"},
		"methods that write": {func(c object) {
			behavior(c)["AllowedMethods"] = []any{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
		}, "methods that write"},
		"methods that AWS does not offer": {func(c object) { behavior(c)["AllowedMethods"] = []any{"GET", "POST"} }, "AllowedMethods is invalid"},
		"no cache policy":                 {func(c object) { delete(behavior(c), "CachePolicyId") }, "without a CachePolicyId"},
		"no viewer protocol policy":       {func(c object) { delete(behavior(c), "ViewerProtocolPolicy") }, "InvalidViewerProtocolPolicy"},
		"an error code without pages":     {func(c object) { c["CustomErrorResponses"] = []any{object{"ErrorCode": 418}} }, "has none for this ErrorCode"},
		"an error page without a code": {func(c object) {
			c["CustomErrorResponses"] = []any{object{"ErrorCode": 403, "ResponsePagePath": "/a"}}
		}, "go together"},
		"an error page without a slash": {func(c object) {
			c["CustomErrorResponses"] = []any{object{"ErrorCode": 403, "ResponseCode": 200, "ResponsePagePath": "a"}}
		}, "must begin with a slash"},
		"two pages for one error": {func(c object) {
			c["CustomErrorResponses"] = []any{object{"ErrorCode": 403}, object{"ErrorCode": 403}}
		}, "more than one"},
		"a certificate":              {func(c object) { c["ViewerCertificate"] = object{"AcmCertificateArn": "arn"} }, "the property DistributionConfig.ViewerCertificate.AcmCertificateArn"},
		"an alias":                   {func(c object) { c["Aliases"] = []any{"example.com"} }, "the property DistributionConfig.Aliases"},
		"a firewall":                 {func(c object) { c["WebACLId"] = "arn" }, "the property DistributionConfig.WebACLId"},
		"forwarded values":           {func(c object) { behavior(c)["ForwardedValues"] = object{"QueryString": false} }, "the property DistributionConfig.DefaultCacheBehavior.ForwardedValues"},
		"Lambda@Edge":                {func(c object) { behavior(c)["LambdaFunctionAssociations"] = []any{object{}} }, "LambdaFunctionAssociations"},
		"a geographic restriction":   {func(c object) { c["Restrictions"] = object{"GeoRestriction": object{"RestrictionType": "whitelist"}} }, "geographic restrictions"},
		"a price class that is none": {func(c object) { c["PriceClass"] = "PriceClass_1" }, "PriceClass is invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := siteConfig("")
			tc.change(config)
			_, err := start(t).create("AWS::CloudFront::Distribution", resource.Properties{"DistributionConfig": config})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestRefusedPolicies(t *testing.T) {
	t.Parallel()
	cors := func(change func(object)) object {
		c := object{
			"AccessControlAllowCredentials": false, "AccessControlAllowHeaders": object{"Items": []any{"*"}}, "AccessControlAllowMethods": object{"Items": []any{"GET"}},
			"AccessControlAllowOrigins": object{"Items": []any{"*"}}, "OriginOverride": true,
		}
		change(c)
		return object{"Name": "p", "CorsConfig": c}
	}
	for name, tc := range map[string]struct {
		kind, property string
		config         object
		want           string
	}{
		"no name":                        {"ResponseHeadersPolicy", "", object{"Comment": "x"}, "Name of the policy is invalid"},
		"a frame option that is none":    {"ResponseHeadersPolicy", "", object{"Name": "p", "SecurityHeadersConfig": object{"FrameOptions": object{"FrameOption": "ALLOW", "Override": true}}}, "FrameOption"},
		"a referrer policy that is none": {"ResponseHeadersPolicy", "", object{"Name": "p", "SecurityHeadersConfig": object{"ReferrerPolicy": object{"ReferrerPolicy": "never", "Override": true}}}, "ReferrerPolicy"},
		"a security header among the custom ones": {"ResponseHeadersPolicy", "", object{"Name": "p", "CustomHeadersConfig": object{"Items": []any{
			object{"Header": "X-Frame-Options", "Value": "DENY", "Override": true}}}}, "X-Frame-Options"},
		"a custom header twice": {"ResponseHeadersPolicy", "", object{"Name": "p", "CustomHeadersConfig": object{"Items": []any{
			object{"Header": "X-A", "Value": "1", "Override": true}, object{"Header": "x-a", "Value": "2", "Override": true}}}}, "x-a"},
		"credentials for everybody":   {"ResponseHeadersPolicy", "", cors(func(c object) { c["AccessControlAllowCredentials"] = true }), "AccessControlAllowCredentials"},
		"CORS without origins":        {"ResponseHeadersPolicy", "", cors(func(c object) { delete(c, "AccessControlAllowOrigins") }), "CorsConfig needs"},
		"a sampling rate":             {"ResponseHeadersPolicy", "", object{"Name": "p", "ServerTimingHeadersConfig": object{"Enabled": true, "SamplingRate": 50}}, "SamplingRate"},
		"an unknown property":         {"ResponseHeadersPolicy", "", object{"Name": "p", "Extra": 1}, "the property ResponseHeadersPolicyConfig.Extra"},
		"lifetimes that descend":      {"CachePolicy", "", object{"Name": "p", "MinTTL": 2, "DefaultTTL": 1, "MaxTTL": 3}, "MinTTL"},
		"all of the viewer's headers": {"OriginRequestPolicy", "", object{"Name": "p", "HeadersConfig": object{"HeaderBehavior": "allViewer"}}, "allViewer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := start(t).create("AWS::CloudFront::"+tc.kind, resource.Properties{tc.kind + "Config": tc.config})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestNothingInUseIsDeleted(t *testing.T) {
	t.Parallel()
	c := start(t)
	arn := function(t, c, "viewer", `function handler(event) { return event.request; }`)
	used := map[string]resource.Result{
		"ResponseHeadersPolicy": c.mustCreate(t, "AWS::CloudFront::ResponseHeadersPolicy", resource.Properties{"ResponseHeadersPolicyConfig": object{"Name": "p"}}),
		"OriginRequestPolicy": c.mustCreate(t, "AWS::CloudFront::OriginRequestPolicy", resource.Properties{"OriginRequestPolicyConfig": object{
			"Name": "p", "HeadersConfig": object{"HeaderBehavior": "none"}}}),
		"CachePolicy": c.mustCreate(t, "AWS::CloudFront::CachePolicy", resource.Properties{"CachePolicyConfig": object{
			"Name": "p", "MinTTL": 0, "DefaultTTL": 60, "MaxTTL": 60, "ParametersInCacheKeyAndForwardedToOrigin": object{
				"EnableAcceptEncodingGzip": true, "CookiesConfig": object{"CookieBehavior": "none"}, "HeadersConfig": object{"HeaderBehavior": "none"},
				"QueryStringsConfig": object{"QueryStringBehavior": "none"}}}}),
		"Function": {PhysicalID: arn},
	}
	site := deploySite(t, c, func(config object) {
		associate(config, "viewer-request", arn)
		behavior(config)["CachePolicyId"] = used["CachePolicy"].PhysicalID
		behavior(config)["OriginRequestPolicyId"] = used["OriginRequestPolicy"].PhysicalID
		behavior(config)["ResponseHeadersPolicyId"] = used["ResponseHeadersPolicy"].PhysicalID
		used["OriginAccessControl"] = resource.Result{PhysicalID: config["Origins"].([]any)[0].(object)["OriginAccessControlId"].(string)}
	})
	remove := func(kind, id string) error {
		return c.types["AWS::CloudFront::"+kind].Handler.Delete(t.Context(), resource.Request{PhysicalID: id})
	}
	for kind, r := range used {
		if err := remove(kind, r.PhysicalID); err == nil || wire.AsError(err).Code != kind+"InUse" {
			t.Errorf("%s: got %v, want %sInUse", kind, err, kind)
		}
	}
	if err := remove("Distribution", site.PhysicalID); err != nil {
		t.Fatal(err)
	}
	for kind, r := range used {
		if err := remove(kind, r.PhysicalID); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if err := remove(kind, r.PhysicalID); err != nil {
			t.Errorf("%s a second time: %v", kind, err)
		}
	}
	if got := c.get(t, "/"); got.StatusCode != http.StatusNotFound {
		t.Errorf("a deleted distribution answers %d", got.StatusCode)
	}
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	c := start(t)
	for kind, p := range map[string]resource.Properties{
		"Function":              functionProperties("same", "function handler(e) { return e.request; }"),
		"ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig": object{"Name": "same"}},
		"OriginAccessControl": {"OriginAccessControlConfig": object{
			"Name": "same", "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}},
	} {
		c.mustCreate(t, "AWS::CloudFront::"+kind, p)
		if _, err := c.create("AWS::CloudFront::"+kind, p); err == nil || wire.AsError(err).Code != kind+"AlreadyExists" {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}

func TestAFunctionThatWasNotPublishedIsNotServed(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := functionProperties("draft", "function handler(e) { return e.request; }")
	p["AutoPublish"] = false
	draft := c.mustCreate(t, "AWS::CloudFront::Function", p)
	if draft.Attributes["Stage"] != "DEVELOPMENT" {
		t.Errorf("got the stage %v", draft.Attributes["Stage"])
	}
	config := siteConfig("")
	associate(config, "viewer-request", draft.PhysicalID)
	if _, err := c.create("AWS::CloudFront::Distribution", resource.Properties{"DistributionConfig": config}); err == nil || wire.AsError(err).Code != "InvalidFunctionAssociation" {
		t.Errorf("got %v", err)
	}
}

func TestWhatAKilledAttemptMadeIsRemoved(t *testing.T) {
	t.Parallel()
	c := start(t)
	deploySite(t, c, nil)
	kind := "AWS::CloudFront::Distribution"
	recover := func(token string) {
		t.Helper()
		if err := c.types[kind].Handler.(resource.Recoverer).Recover(context.Background(), resource.Request{Token: token}); err != nil {
			t.Fatal(err)
		}
	}
	if recover("another"); c.get(t, "/").StatusCode == http.StatusNotFound {
		t.Error("another attempt's distribution was removed")
	}
	if recover(kind); c.get(t, "/").StatusCode != http.StatusNotFound {
		t.Error("the attempt's distribution is still there")
	}
}

func TestWhatIsKnownAfterApplyIsNoMistake(t *testing.T) {
	t.Parallel()
	config := siteConfig(resource.KnownAfterApply)
	config["Origins"].([]any)[0].(object)["DomainName"] = resource.KnownAfterApply
	handler := start(t).types["AWS::CloudFront::Distribution"].Handler.(resource.Validator)
	if err := handler.Validate(resource.Properties{"DistributionConfig": config}); err != nil {
		t.Error(err)
	}
	config["Colour"] = "red"
	if err := handler.Validate(resource.Properties{"DistributionConfig": config}); err == nil {
		t.Error("an unknown property passed")
	}
}
