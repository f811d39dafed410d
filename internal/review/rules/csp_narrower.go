package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var cspNarrower = Rule{
	ID: "csp-narrower", Level: SiteBreaks,
	Title:    "Browsers will block what pages load or talk to",
	Who:      "Every visitor whose page needs the source. Without Cognito in connect-src nobody can sign in.",
	Why:      "A browser refuses whatever the Content-Security-Policy does not name.",
	Safe:     "Look for the source in the pages before removing it; try the policy as Content-Security-Policy-Report-Only.",
	Evidence: Documented, Source: "https://www.w3.org/TR/CSP3/",
	Check: staying(typeHeaders, func(c change.Change) (hits []Hit) {
		for _, d := range cspDifferences(c) {
			switch {
			case slices.Contains(d.lost, everything):
				hits = append(hits, hit(c, cspPath, "%s has no limit and would take only %s.", d.directive, nameOr(list(d.now), "'none'"))...)
			case len(d.lost) > 0:
				hits = append(hits, hit(c, cspPath, "%s would lose %s.", d.directive, list(d.lost))...)
			}
		}
		return hits
	}),
}
