package rules

import "gatehouse/internal/review/change"

var publicAccessOpened = Rule{
	ID: "public-access-opened", Level: Weaker,
	Title:    "A bucket may become public",
	Who:      "Whoever's data is in it: one careless policy or access control list is then enough.",
	Why:      "The four settings of PublicAccessBlockConfiguration overrule policies and lists that would open the bucket.",
	Safe:     "Keep all four true; the distribution needs none of them off.",
	Evidence: Documented, Source: s3 + "access-control-block-public-access.html",
	Check: staying(typeBucket, func(c change.Change) (hits []Hit) {
		for _, name := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			path := "PublicAccessBlockConfiguration." + name
			if isTrue(c.Before.Properties, path) && !isTrue(c.After.Properties, path) {
				hits = append(hits, hit(c, path, "%s would be off.", name)...)
			}
		}
		return hits
	}),
}
