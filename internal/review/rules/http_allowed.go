package rules

import "gatehouse/internal/review/change"

var httpAllowed = Rule{
	ID: "http-allowed", Level: Weaker,
	Title:    "Pages are also served without encryption",
	Who:      "Every visitor who types the address: whoever is in between reads and changes the page.",
	Why:      "ViewerProtocolPolicy allow-all answers plain HTTP instead of redirecting it.",
	Safe:     "redirect-to-https.",
	Evidence: Documented, Source: front + "using-https-viewers-to-cloudfront.html",
	Check: staying(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy"
		if change.Text(c.After.Properties, path) != "allow-all" || change.Text(c.Before.Properties, path) == "allow-all" {
			return nil
		}
		return hit(c, path, "ViewerProtocolPolicy would be allow-all.")
	}),
}
