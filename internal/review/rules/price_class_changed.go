package rules

import "gatehouse/internal/review/change"

var priceClassChanged = Rule{
	ID: "price-class-changed", Level: Cost,
	Title:    "The site is served from more, or fewer, places",
	Who:      "Whoever pays the bill; with fewer places, visitors far away wait longer.",
	Why:      "CloudFront's price class decides which edge locations serve; it is PriceClass_All unless stated.",
	Safe:     "Look where the visitors are.",
	Evidence: Documented, Source: front + "PriceClass.html",
	Check: staying(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.PriceClass"
		before := nameOr(change.Text(c.Before.Properties, path), "PriceClass_All")
		after := nameOr(change.Text(c.After.Properties, path), "PriceClass_All")
		if before == after {
			return nil
		}
		return hit(c, path, "The price class was %s and would be %s.", before, after)
	}),
}
