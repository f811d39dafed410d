package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var aliasDropped = Rule{
	ID: "alias-dropped", Level: SiteBreaks,
	Title:    "The site no longer answers under a domain",
	Who:      "Everyone who comes by that name: CloudFront answers 403.",
	Why:      "A distribution answers only to its own address and to its Aliases.",
	Safe:     "Point the name elsewhere first, wait for the DNS records to expire, then remove it.",
	Evidence: Documented, Source: front + "CNAMEs.html",
	Check: staying(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.Aliases"
		after := change.Texts(c.After.Properties, path)
		lost := change.Lost(change.Texts(c.Before.Properties, path), after)
		lost = slices.DeleteFunc(lost, func(name string) bool {
			_, parent, _ := strings.Cut(name, ".")
			return slices.Contains(after, "*."+parent) // the wildcard answers to it
		})
		if len(lost) == 0 {
			return nil
		}
		return hit(c, path, "The site would no longer answer to %s.", list(lost))
	}),
}
