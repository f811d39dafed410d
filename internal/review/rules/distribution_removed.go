package rules

import "gatehouse/internal/review/change"

var distributionRemoved = Rule{
	ID: "distribution-removed", Level: SiteBreaks,
	Title:    "The site's address goes",
	Who:      "Everyone who has the address: links, bookmarks, mails.",
	Why:      "A distribution's address, <id>.cloudfront.net, is its own. Another distribution has another one.",
	Safe:     "Keep the distribution under its logical id.",
	Evidence: Documented, Source: front + "distribution-overview.html",
	Check: going(func(c change.Change) []Hit {
		if kept(c) {
			return nil // it goes on answering, outside the stack
		}
		return hit(c, "", "The distribution would be removed.")
	}, typeDistribution),
}
