package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var cspWider = Rule{
	ID: "csp-wider", Level: Weaker,
	Title:    "Pages may load from, or talk to, more places",
	Who:      "Every visitor, if one of the places turns hostile; 'unsafe-inline' and 'unsafe-eval' in script-src undo most of the policy.",
	Why:      "The Content-Security-Policy is the last wall when something foreign gets into a page.",
	Safe:     "Name hosts, not schemes or *; serve scripts from the site itself.",
	Evidence: Documented, Source: "https://www.w3.org/TR/CSP3/",
	Check: staying(typeHeaders, func(c change.Change) (hits []Hit) {
		for _, d := range cspDifferences(c) {
			switch {
			case slices.Contains(d.added, everything):
				hits = append(hits, hit(c, cspPath, "%s would have no limit.", d.directive)...)
			case len(d.added) > 0:
				hits = append(hits, hit(c, cspPath, "%s would also take %s.", d.directive, list(d.added))...)
			}
		}
		return hits
	}),
}
