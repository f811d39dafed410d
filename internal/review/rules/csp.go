package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

const cspPath = "ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy"

// cspDifference is what one directive lets through no longer, or newly.
type cspDifference struct {
	directive   string
	lost, added []string
}

// fallsBack are the directives for which default-src stands in:
// https://www.w3.org/TR/CSP3/#directive-default-src
var fallsBack = []string{"child-src", "connect-src", "font-src", "frame-src", "img-src", "manifest-src", "media-src", "object-src", "script-src", "style-src", "worker-src"}

// cspDifferences compares two policies by what they let through.
func cspDifferences(c change.Change) (differences []cspDifference) {
	before, b := c.Was(cspPath).(string)
	after, a := c.Becomes(cspPath).(string)
	if !b || !a || before == after {
		return nil // no policy: headers-dropped
	}
	was, becomes := parseCSP(before), parseCSP(after)
	names := slices.Clone(fallsBack)
	for _, policy := range []map[string][]string{was, becomes} {
		for name := range policy {
			if !slices.Contains(names, name) && name != "default-src" && name != "upgrade-insecure-requests" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for _, name := range names {
		lost := change.Lost(allowed(was, name), allowed(becomes, name))
		added := change.Lost(allowed(becomes, name), allowed(was, name))
		if slices.Contains(added, "*") && !slices.Contains(allowed(was, name), "*") {
			lost = nil // everything includes it
		}
		if slices.Contains(lost, "*") {
			added = nil
		}
		if len(lost)+len(added) > 0 {
			differences = append(differences, cspDifference{name, lost, added})
		}
	}
	return differences
}

// parseCSP is a policy by directive; of a directive that stands twice, the first counts.
func parseCSP(policy string) map[string][]string {
	directives := map[string][]string{}
	for part := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		name := strings.ToLower(words[0])
		if _, twice := directives[name]; !twice {
			directives[name] = words[1:]
		}
	}
	return directives
}

// allowed are the sources that a policy lets through for a directive.
func allowed(policy map[string][]string, name string) []string {
	sources, stated := policy[name]
	if !stated && slices.Contains(fallsBack, name) {
		sources, stated = policy["default-src"]
	}
	if !stated {
		return []string{"*"}
	}
	return slices.DeleteFunc(slices.Clone(sources), func(s string) bool { return s == "'none'" })
}
