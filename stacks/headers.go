package stacks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
)

// newHeaders declares the headers of every answer. They are those that OWASP ASVS
// 5.0 chapter 3.4 asks for; MDN's HTTP Observatory grades them A+.
func newHeaders(stack awscdk.Stack, cfg config.Config) awscloudfront.ResponseHeadersPolicy {
	security := &awscloudfront.ResponseSecurityHeadersBehavior{
		ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{ContentSecurityPolicy: new(contentSecurityPolicy(cfg)), Override: new(true)},
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
	custom := []*awscloudfront.ResponseCustomHeader{
		header("Cross-Origin-Opener-Policy", "same-origin"),
		header("Cross-Origin-Resource-Policy", "same-origin"),
		header("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Hosting.Headers.Custom)) {
		custom = append(custom, header(name, cfg.Hosting.Headers.Custom[name]))
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

// contentSecurityPolicy lets pages load what is their own and talk to Cognito, and
// nothing else. The configuration adds sources to it.
func contentSecurityPolicy(cfg config.Config) string {
	cognito := "https://cognito-idp." + cfg.Region + ".amazonaws.com"
	if isLocal(cfg) {
		cognito = cfg.Local.Endpoint
	}
	directives := []struct {
		name    string
		sources []string
	}{
		{"default-src", nil},
		{"script-src", []string{"'self'"}},
		{"style-src", []string{"'self'"}},
		{"img-src", []string{"'self'"}},
		{"font-src", []string{"'self'"}},
		{"connect-src", []string{"'self'", cognito}},
		{"manifest-src", []string{"'self'"}},
		{"base-uri", nil},
		{"object-src", nil},
		{"form-action", nil},
		{"frame-ancestors", nil},
	}
	added := maps.Clone(cfg.Hosting.Headers.ContentSecurityPolicy)
	var policy []string
	write := func(name string, sources []string) {
		if len(sources) == 0 {
			sources = []string{"'none'"}
		}
		policy = append(policy, name+" "+strings.Join(sources, " "))
	}
	for _, d := range directives {
		write(d.name, append(d.sources, added[d.name]...))
		delete(added, d.name)
	}
	for _, name := range slices.Sorted(maps.Keys(added)) {
		write(name, added[name])
	}
	if !isLocal(cfg) {
		policy = append(policy, "upgrade-insecure-requests")
	}
	return strings.Join(policy, "; ")
}
