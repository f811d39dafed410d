package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var routerRemoved = Rule{
	ID: "router-removed", Level: SiteBreaks,
	Title:    "No function finds the page for an address any more",
	Who:      "Every visitor: /register is no object in the bucket, and the live release is in a folder that only the function knows.",
	Why:      "The distribution's viewer-request function turns addresses into objects of the live release.",
	Safe:     "Keep the association.",
	Evidence: Documented, Source: front + "cloudfront-functions.html",
	Check: staying(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.DefaultCacheBehavior.FunctionAssociations"
		routes := func(r change.Resource) bool {
			return slices.ContainsFunc(change.List(r.Properties, path), func(v any) bool { return change.Text(v, "EventType") == "viewer-request" })
		}
		if !routes(c.Before) || routes(c.After) {
			return nil
		}
		return hit(c, path, "No function would run on requests.")
	}),
}
