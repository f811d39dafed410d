package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var headersDropped = Rule{
	ID: "headers-dropped", Level: Weaker,
	Title:    "A protective header is dropped or weaker",
	Who:      "Every visitor.",
	Why:      "The headers tell browsers to insist on HTTPS, to let no other site frame the pages, and to run nothing foreign.",
	Safe:     "Keep the headers; change one value if a page needs it.",
	Evidence: Documented, Source: front + "understanding-response-headers-policies.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeHeaders) {
			if c.Action == change.Modify {
				hits = append(hits, weakerHeaders(c)...)
			}
		}
		for _, c := range s.Of(typeDistribution) {
			const path = "DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId"
			if c.Action == change.Modify && c.Was(path) != nil && c.Becomes(path) == nil {
				hits = append(hits, hit(c, path, "The distribution would add no headers.")...)
			}
		}
		return hits
	},
}

func weakerHeaders(c change.Change) (hits []Hit) {
	const security = "ResponseHeadersPolicyConfig.SecurityHeadersConfig"
	before, _ := c.Was(security).(map[string]any)
	for _, name := range sortedIDs(before) {
		if c.Becomes(security+"."+name) == nil {
			hits = append(hits, hit(c, security+"."+name, "%s would go.", name)...)
		}
	}
	const age = security + ".StrictTransportSecurity.AccessControlMaxAgeSec"
	if b, a, ok := numbers(c, age); ok && a < b && c.Becomes(security+".StrictTransportSecurity") != nil {
		hits = append(hits, hit(c, age, "Browsers would insist on HTTPS for %.0f seconds instead of %.0f.", a, b)...)
	}
	const subdomains = security + ".StrictTransportSecurity.IncludeSubdomains"
	if isTrue(c.Before.Properties, subdomains) && !isTrue(c.After.Properties, subdomains) && c.Becomes(security+".StrictTransportSecurity") != nil {
		hits = append(hits, hit(c, subdomains, "Browsers would no longer insist on HTTPS for subdomains.")...)
	}
	const frame = security + ".FrameOptions.FrameOption"
	if change.Text(c.Before.Properties, frame) == "DENY" && change.Text(c.After.Properties, frame) == "SAMEORIGIN" {
		hits = append(hits, hit(c, frame, "The site's own pages could frame each other.")...)
	}
	const items = "ResponseHeadersPolicyConfig.CustomHeadersConfig.Items"
	for _, item := range change.List(c.Before.Properties, items) {
		name := change.Text(item, "Header")
		if !slices.Contains(protective, strings.ToLower(name)) {
			continue
		}
		after := change.List(c.After.Properties, items)
		i := slices.IndexFunc(after, func(v any) bool { return strings.EqualFold(change.Text(v, "Header"), name) })
		switch {
		case i < 0:
			hits = append(hits, hit(c, items, "The header %s would go.", name)...)
		case change.Text(after[i], "Value") != change.Text(item, "Value"):
			hits = append(hits, hit(c, items, "%s was %q and would be %q.", name, change.Text(item, "Value"), change.Text(after[i], "Value"))...)
		}
	}
	const upgrade = "upgrade-insecure-requests"
	if strings.Contains(change.Text(c.Before.Properties, cspPath), upgrade) && !strings.Contains(change.Text(c.After.Properties, cspPath), upgrade) && c.Becomes(cspPath) != nil {
		hits = append(hits, hit(c, cspPath, "Browsers would no longer ask for everything over HTTPS (%s).", upgrade)...)
	}
	return hits
}

// protective are custom headers that protect visitors; the others are the site's own
// business.
var protective = []string{
	"cross-origin-opener-policy", "cross-origin-resource-policy", "cross-origin-embedder-policy", "permissions-policy",
	"origin-agent-cluster", "x-permitted-cross-domain-policies",
}
