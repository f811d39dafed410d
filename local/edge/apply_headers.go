package edge

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// apply changes the headers of a response to the request q as the policy says: first
// it removes, then it adds. Without Override the origin's own header stays.
func (c headersPolicyConfig) apply(h http.Header, q eventRequest, requestID string) {
	for _, remove := range c.RemoveHeadersConfig.Items {
		h.Del(remove.Header)
	}
	set := func(name, text string, override bool) {
		if override || h.Get(name) == "" {
			h.Set(name, text)
		}
	}
	c.SecurityHeadersConfig.apply(set)
	c.CorsConfig.apply(h, q)
	for _, custom := range c.CustomHeadersConfig.Items {
		set(custom.Header, custom.Value, custom.Override)
	}
	if t := c.ServerTimingHeadersConfig; t != nil && t.Enabled && (t.SamplingRate == 100 || q.Headers["pragma"].Value == "server-timing") {
		h.Add("Server-Timing", fmt.Sprintf(`cdn-cache-miss,cdn-pop;desc=%q,cdn-rid;desc=%q`, pop, requestID))
	}
}

func (s securityHeaders) apply(set func(name, text string, override bool)) {
	if c := s.ContentSecurityPolicy; c != nil {
		set("Content-Security-Policy", c.ContentSecurityPolicy, c.Override)
	}
	if c := s.ContentTypeOptions; c != nil {
		set("X-Content-Type-Options", "nosniff", c.Override)
	}
	if c := s.FrameOptions; c != nil {
		set("X-Frame-Options", c.FrameOption, c.Override)
	}
	if c := s.ReferrerPolicy; c != nil {
		set("Referrer-Policy", c.ReferrerPolicy, c.Override)
	}
	if c := s.StrictTransportSecurity; c != nil {
		text := "max-age=" + strconv.Itoa(c.AccessControlMaxAgeSec)
		if c.IncludeSubdomains {
			text += "; includeSubDomains"
		}
		if c.Preload {
			text += "; preload"
		}
		set("Strict-Transport-Security", text, c.Override)
	}
	if c := s.XSSProtection; c != nil {
		text := "0"
		if c.Protection {
			text = "1"
			if c.ModeBlock {
				text += "; mode=block"
			}
			if c.ReportUri != "" {
				text += "; report=" + c.ReportUri
			}
		}
		set("X-XSS-Protection", text, c.Override)
	}
}

// apply adds the CORS headers, if the request comes from an origin that the policy
// names. With OriginOverride false, any CORS header of the bucket would win over
// all of the policy's; buckets here send none.
func (c *corsConfig) apply(h http.Header, q eventRequest) {
	origin := q.Headers["origin"].Value
	if c == nil || origin == "" {
		return
	}
	origins := c.AccessControlAllowOrigins.Items
	switch {
	case slices.Contains(origins, "*"):
		h.Set("Access-Control-Allow-Origin", "*")
	case slices.ContainsFunc(origins, func(pattern string) bool { return originMatches(pattern, origin) }):
		h.Set("Access-Control-Allow-Origin", origin)
		addVary(h, "Origin")
	default:
		return
	}
	if c.AccessControlAllowCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if items := c.AccessControlExposeHeaders.Items; len(items) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(items, ","))
	}
	if q.Method != http.MethodOptions || q.Headers["access-control-request-method"].Value == "" {
		return
	}
	methods := c.AccessControlAllowMethods.Items
	if slices.Contains(methods, "ALL") {
		methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
	}
	h.Set("Access-Control-Allow-Methods", strings.Join(methods, ","))
	h.Set("Access-Control-Allow-Headers", strings.Join(c.AccessControlAllowHeaders.Items, ","))
	if c.AccessControlMaxAgeSec > 0 {
		h.Set("Access-Control-Max-Age", strconv.Itoa(c.AccessControlMaxAgeSec))
	}
}

// originMatches matches an origin with one that may have a * for its first label
// (https://*.example.com) and may lack the scheme.
func originMatches(pattern, origin string) bool {
	if !strings.Contains(pattern, "://") {
		_, origin, _ = strings.Cut(origin, "://")
	}
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == origin
	}
	return len(origin) > len(before)+len(after) && strings.HasPrefix(origin, before) && strings.HasSuffix(origin, after)
}

// addVary adds a name to Vary once.
func addVary(h http.Header, name string) {
	for _, line := range h["Vary"] {
		for have := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(have), name) {
				return
			}
		}
	}
	h.Add("Vary", name)
}
