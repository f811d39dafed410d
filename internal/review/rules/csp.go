package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

const cspPath = "ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy"

// cspDifference is what one directive lets through no longer, or newly, and what it
// lets through then.
type cspDifference struct {
	directive        string
	lost, added, now []string
}

// fallbacks are the directives for which others stand in, and which:
// https://www.w3.org/TR/CSP3/#directive-fallback-list
var fallbacks = map[string][]string{
	"child-src": {"default-src"}, "connect-src": {"default-src"}, "font-src": {"default-src"}, "img-src": {"default-src"},
	"manifest-src": {"default-src"}, "media-src": {"default-src"}, "object-src": {"default-src"}, "script-src": {"default-src"},
	"style-src": {"default-src"}, "frame-src": {"child-src", "default-src"}, "worker-src": {"child-src", "script-src", "default-src"},
	"script-src-attr": {"script-src", "default-src"}, "script-src-elem": {"script-src", "default-src"},
	"style-src-attr": {"style-src", "default-src"}, "style-src-elem": {"style-src", "default-src"},
}

// noSources are directives that name nothing to load from.
var noSources = []string{"block-all-mixed-content", "report-to", "report-uri", "upgrade-insecure-requests"}

// cspDifferences compares two policies by what they let through.
func cspDifferences(c change.Change) (differences []cspDifference) {
	before, b := c.Was(cspPath).(string)
	after, a := c.Becomes(cspPath).(string)
	if !b || !a || before == after {
		return nil // no policy: headers-dropped
	}
	was, becomes := parseCSP(before), parseCSP(after)
	for _, name := range compared(was, becomes) {
		then, now := allowed(was, name), allowed(becomes, name)
		d := cspDifference{name, uncovered(then, now), uncovered(now, then), now}
		if len(d.lost)+len(d.added) > 0 {
			differences = append(differences, d)
		}
	}
	return differences
}

// compared are the directives to look at: those of either policy, and for its
// default-src those that follow it.
func compared(policies ...map[string][]string) []string {
	names := map[string]bool{}
	for _, policy := range policies {
		for name := range policy {
			names[name] = true
		}
	}
	if names["default-src"] {
		for name, stands := range fallbacks {
			names[name] = names[name] || len(stands) == 1
		}
	}
	for _, name := range append(noSources, "default-src") {
		names[name] = false
	}
	return slices.DeleteFunc(sortedIDs(names), func(name string) bool { return !names[name] })
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

// everything is what a policy lets through that has no directive for it. It is more
// than "*", which lets through neither data: nor inline code.
const everything = "everything"

// allowed are the sources that a policy lets through for a directive.
func allowed(policy map[string][]string, name string) []string {
	for _, stands := range append([]string{name}, fallbacks[name]...) {
		if sources, stated := policy[stands]; stated {
			return slices.DeleteFunc(slices.Clone(sources), func(s string) bool { return s == "'none'" })
		}
	}
	return []string{everything}
}

// uncovered are the sources that none of others lets through.
func uncovered(sources, others []string) []string {
	return slices.DeleteFunc(slices.Clone(sources), func(source string) bool {
		return slices.ContainsFunc(others, func(wide string) bool { return covers(wide, source) })
	})
}

// covers is whether whatever source lets through, wide does, too.
func covers(wide, source string) bool {
	if wide == source || wide == everything {
		return true
	}
	scheme, host, hasHost := strings.Cut(source, "://")
	switch wide {
	case "*":
		return hasHost || source == "'self'" || source == "https:"
	case "https:":
		return hasHost && scheme == "https"
	}
	wideScheme, wideHost, _ := strings.Cut(wide, "://")
	domain, isWildcard := strings.CutPrefix(wideHost, "*")
	return isWildcard && wideScheme == scheme && strings.HasSuffix(host, domain)
}
