package rules

import "gatehouse/internal/review/change"

var distributionOff = Rule{
	ID: "distribution-off", Level: SiteBreaks,
	Title:    "The site is switched off",
	Who:      "Every visitor.",
	Why:      "A distribution that is not Enabled answers nobody.",
	Safe:     "Keep Enabled true; show a page about maintenance instead.",
	Evidence: Documented, Source: front + "distribution-overview.html",
	Check: staying(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.Enabled"
		if change.Text(c.Before.Properties, path) == "false" || change.Text(c.After.Properties, path) != "false" {
			return nil
		}
		return hit(c, path, "Enabled would be false.")
	}),
}
