package stacks

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
)

// securityHeaders are those that CloudFront knows by name.
var securityHeaders = []string{"Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options"}

// newHeaders declares the headers of every answer, as cfg.ResponseHeaders has them.
func newHeaders(stack awscdk.Stack, cfg config.Config) awscloudfront.ResponseHeadersPolicy {
	headers := cfg.ResponseHeaders()
	security := &awscloudfront.ResponseSecurityHeadersBehavior{
		ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{ContentSecurityPolicy: new(headers["Content-Security-Policy"]), Override: new(true)},
		ContentTypeOptions:    &awscloudfront.ResponseHeadersContentTypeOptions{Override: new(true)},
		FrameOptions:          &awscloudfront.ResponseHeadersFrameOptions{FrameOption: awscloudfront.HeadersFrameOption_DENY, Override: new(true)},
		ReferrerPolicy:        &awscloudfront.ResponseHeadersReferrerPolicy{ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_STRICT_ORIGIN_WHEN_CROSS_ORIGIN, Override: new(true)},
	}
	if !isLocal(cfg) { // plain http has no strict transport, and a browser would keep it for all of localhost
		security.StrictTransportSecurity = &awscloudfront.ResponseHeadersStrictTransportSecurity{
			AccessControlMaxAge: awscdk.Duration_Days(jsii.Number(365)),
			IncludeSubdomains:   new(true),
			Override:            new(true),
		}
	}
	var custom []*awscloudfront.ResponseCustomHeader
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !slices.Contains(securityHeaders, name) {
			custom = append(custom, header(name, headers[name]))
		}
	}
	return awscloudfront.NewResponseHeadersPolicy(stack, new(idHeaders), &awscloudfront.ResponseHeadersPolicyProps{
		Comment:                 new("Headers of " + cfg.Project + ", environment " + cfg.Environment),
		SecurityHeadersBehavior: security,
		CustomHeadersBehavior:   &awscloudfront.ResponseCustomHeadersBehavior{CustomHeaders: &custom},
	})
}

func header(name, value string) *awscloudfront.ResponseCustomHeader {
	return &awscloudfront.ResponseCustomHeader{Header: new(name), Value: new(value), Override: new(true)}
}

// isLocal is whether the environment is deployed to a local cloud.
func isLocal(cfg config.Config) bool { return cfg.Local.Endpoint != "" }
