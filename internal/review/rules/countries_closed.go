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
		kind := change.Text(c.After.Properties, path+".RestrictionType")
		if !c.Changed(path) || kind == "" || kind == "none" {
			return nil
		}
		return hit(c, path, "%s of %s.", map[string]string{"whitelist": "Only people of these countries would get in: the list", "blacklist": "People of these countries would be kept out: the list"}[kind], list(change.Texts(c.After.Properties, path+".Locations")))
	}),
}
