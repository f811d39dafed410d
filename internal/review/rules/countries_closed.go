package rules

import "gatehouse/internal/review/change"

var countriesClosed = Rule{
	ID: "countries-closed", Level: SiteBreaks,
	Title:    "People in some countries are refused",
	Who:      "Everyone there, travellers and users of foreign networks included: CloudFront answers 403.",
	Why:      "GeoRestriction decides by where an address is registered.",
	Safe:     "Leave it out unless the law asks for it.",
	Evidence: Documented, Source: front + "georestrictions.html",
	Check: staying(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.Restrictions.GeoRestriction"
		const kind, locations = path + ".RestrictionType", path + ".Locations"
		before, after := change.Texts(c.Before.Properties, locations), change.Texts(c.After.Properties, locations)
		same := change.Text(c.Before.Properties, kind) == change.Text(c.After.Properties, kind)
		switch change.Text(c.After.Properties, kind) {
		case "whitelist":
			if !same {
				return hit(c, locations, "Only people in %s would get in.", list(after))
			}
			if lost := change.Lost(before, after); len(lost) > 0 {
				return hit(c, locations, "People in %s would no longer get in.", list(lost))
			}
		case "blacklist":
			if same {
				after = change.Lost(after, before)
			}
			if len(after) > 0 {
				return hit(c, locations, "People in %s would be kept out.", list(after))
			}
		}
		return nil
	}),
}
