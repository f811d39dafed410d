package edge

import (
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// headersPolicyConfig is ResponseHeadersPolicyConfig.
type headersPolicyConfig struct {
	Name, Comment             string
	SecurityHeadersConfig     securityHeaders
	CustomHeadersConfig       struct{ Items []customHeader }
	CorsConfig                *corsConfig
	RemoveHeadersConfig       struct{ Items []struct{ Header string } }
	ServerTimingHeadersConfig *struct {
		Enabled      bool
		SamplingRate float64
	}
}

type customHeader struct {
	Header, Value string
	Override      bool
}

type securityHeaders struct {
	ContentSecurityPolicy *struct {
		ContentSecurityPolicy string
		Override              bool
	}
	ContentTypeOptions *struct{ Override bool }
	FrameOptions       *struct {
		FrameOption string
		Override    bool
	}
	ReferrerPolicy *struct {
		ReferrerPolicy string
		Override       bool
	}
	StrictTransportSecurity *struct {
		AccessControlMaxAgeSec               int
		IncludeSubdomains, Preload, Override bool
	}
	XSSProtection *struct {
		Protection, ModeBlock, Override bool
		ReportUri                       string
	}
}

type corsConfig struct {
	AccessControlAllowCredentials bool
	AccessControlAllowHeaders     struct{ Items []string }
	AccessControlAllowMethods     struct{ Items []string }
	AccessControlAllowOrigins     struct{ Items []string }
	AccessControlExposeHeaders    struct{ Items []string }
	AccessControlMaxAgeSec        int
	OriginOverride                bool
}

func (c headersPolicyConfig) policyName() string { return c.Name }

var (
	frameOptions     = []string{"DENY", "SAMEORIGIN"}
	referrerPolicies = []string{
		"no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin", "strict-origin",
		"strict-origin-when-cross-origin", "unsafe-url",
	}
	corsMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ALL"}
	// Headers that a policy must not set. Source: the CloudFront developer guide,
	// "Understanding response headers policies"; those of the security part have
	// their own place.
	reservedHeaders = []string{
		"connection", "content-length", "transfer-encoding", "via", "x-cache", "x-amz-cf-id", "x-amz-cf-pop", "trailer", "upgrade",
		"content-encoding", "server-timing", "date", "age", "warning",
		"content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "strict-transport-security", "x-xss-protection",
	}
)

func (c headersPolicyConfig) check() error {
	invalid := func(what string) error {
		return wire.BadRequest("InvalidArgument", "The parameter %s is invalid.", what)
	}
	sec := c.SecurityHeadersConfig
	switch {
	case sec.ContentSecurityPolicy != nil && sec.ContentSecurityPolicy.ContentSecurityPolicy == "":
		return invalid("ContentSecurityPolicy")
	case sec.FrameOptions != nil && !slices.Contains(frameOptions, sec.FrameOptions.FrameOption):
		return invalid("FrameOption")
	case sec.ReferrerPolicy != nil && !slices.Contains(referrerPolicies, sec.ReferrerPolicy.ReferrerPolicy):
		return invalid("ReferrerPolicy")
	case sec.StrictTransportSecurity != nil && sec.StrictTransportSecurity.AccessControlMaxAgeSec < 0:
		return invalid("AccessControlMaxAgeSec")
	case sec.XSSProtection != nil && sec.XSSProtection.ModeBlock && sec.XSSProtection.ReportUri != "":
		return invalid("XSSProtection: ModeBlock and ReportUri exclude each other; it")
	}
	seen := map[string]bool{}
	for _, h := range c.CustomHeadersConfig.Items {
		name := strings.ToLower(h.Header)
		if name == "" || strings.ContainsFunc(name, notToken) || slices.Contains(reservedHeaders, name) || seen[name] ||
			strings.HasPrefix(name, "access-control-") || strings.ContainsAny(h.Value, "\r\n") {
			return invalid("CustomHeadersConfig: the header " + h.Header)
		}
		seen[name] = true
	}
	for _, h := range c.RemoveHeadersConfig.Items {
		if h.Header == "" || strings.ContainsFunc(h.Header, notToken) {
			return invalid("RemoveHeadersConfig")
		}
	}
	if t := c.ServerTimingHeadersConfig; t != nil && t.Enabled && t.SamplingRate != 0 && t.SamplingRate != 100 {
		return wire.Unimplemented("a SamplingRate of Server-Timing headers other than 0 and 100")
	}
	return c.CorsConfig.check()
}

func (c *corsConfig) check() error {
	if c == nil {
		return nil
	}
	if len(c.AccessControlAllowOrigins.Items) == 0 || len(c.AccessControlAllowMethods.Items) == 0 || len(c.AccessControlAllowHeaders.Items) == 0 {
		return wire.BadRequest("InvalidArgument", "The parameter CorsConfig needs origins, methods and headers.")
	}
	for _, method := range c.AccessControlAllowMethods.Items {
		if !slices.Contains(corsMethods, method) {
			return wire.BadRequest("InvalidArgument", "The parameter AccessControlAllowMethods is invalid: %s", method)
		}
	}
	wild := slices.Contains(c.AccessControlAllowOrigins.Items, "*") || slices.Contains(c.AccessControlAllowHeaders.Items, "*") ||
		slices.Contains(c.AccessControlAllowMethods.Items, "ALL")
	if c.AccessControlAllowCredentials && wild {
		return wire.BadRequest("InvalidArgument", "The parameter AccessControlAllowCredentials cannot be true if origins, methods or headers are a wildcard.")
	}
	return nil
}

// headersPolicies holds every custom response headers policy under its id.
var headersPolicies = store.NewTable[policy[headersPolicyConfig]]("edge/response-headers-policies")

type headersPolicyProperties struct{ ResponseHeadersPolicyConfig headersPolicyConfig }

func (s *Service) headersPolicyHandler() resource.Handler {
	return policyHandler[headersPolicyProperties, headersPolicyConfig]{
		s: s, table: headersPolicies, kind: "ResponseHeadersPolicy",
		config: func(p headersPolicyProperties) headersPolicyConfig { return p.ResponseHeadersPolicyConfig },
		uses:   func(b behavior) string { return b.ResponseHeadersPolicyId },
	}
}

// findHeadersPolicy is a policy by its id, AWS's own included.
func findHeadersPolicy(tx *bbolt.Tx, id string) (headersPolicyConfig, bool, error) {
	if c, found := managedHeadersPolicies[id]; found {
		return c, true, nil
	}
	p, found, err := headersPolicies.Get(tx, id)
	return p.Config, found, err
}

// managedHeadersPolicies are AWS's own. Source: the CloudFront developer guide, "Using
// the managed response headers policies".
var managedHeadersPolicies = map[string]headersPolicyConfig{
	"67f7725c-6f97-4210-82d7-5512b31e9d03": {Name: "SecurityHeadersPolicy", SecurityHeadersConfig: managedSecurity()},
	"60669652-455b-4ae9-85a4-c4c02393f86c": {Name: "SimpleCORS", CorsConfig: managedCORS(false)},
	"5cc3b908-e619-4b99-88e5-2cf7f45965bd": {Name: "CORS-With-Preflight", CorsConfig: managedCORS(true)},
	"e61eb60c-9c35-4d20-a928-2b84e02af89c": {Name: "CORS-and-SecurityHeadersPolicy", CorsConfig: managedCORS(false), SecurityHeadersConfig: managedSecurity()},
	"eaab4381-ed33-4a86-88ca-d9558dc6cd63": {Name: "CORS-with-preflight-and-SecurityHeadersPolicy", CorsConfig: managedCORS(true), SecurityHeadersConfig: managedSecurity()},
}

func managedSecurity() (h securityHeaders) {
	h.ContentTypeOptions = &struct{ Override bool }{true}
	h.FrameOptions = &struct {
		FrameOption string
		Override    bool
	}{"SAMEORIGIN", false}
	h.ReferrerPolicy = &struct {
		ReferrerPolicy string
		Override       bool
	}{"strict-origin-when-cross-origin", false}
	h.StrictTransportSecurity = &struct {
		AccessControlMaxAgeSec               int
		IncludeSubdomains, Preload, Override bool
	}{AccessControlMaxAgeSec: 31536000}
	h.XSSProtection = &struct {
		Protection, ModeBlock, Override bool
		ReportUri                       string
	}{Protection: true, ModeBlock: true}
	return h
}

func managedCORS(preflight bool) *corsConfig {
	c := &corsConfig{}
	c.AccessControlAllowOrigins.Items = []string{"*"}
	if preflight {
		c.AccessControlAllowHeaders.Items = []string{"*"}
		c.AccessControlAllowMethods.Items = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
		c.AccessControlExposeHeaders.Items = []string{"*"}
	}
	return c
}
