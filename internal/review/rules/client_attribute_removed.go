package rules

import "gatehouse/internal/review/change"

var clientAttributeRemoved = Rule{
	ID: "client-attribute-removed", Level: SiteBreaks,
	Title:    "Pages may no longer read or write an attribute",
	Who:      "Everyone whose page uses it: a sign-up that sends it is refused, and tokens no longer carry it.",
	Why:      "A client reads and writes only what ReadAttributes and WriteAttributes name.",
	Safe:     "Publish pages that do without it first.",
	Evidence: Documented, Source: guide + "user-pool-settings-attributes.html",
	Check: staying(typeClient, func(c change.Change) (hits []Hit) {
		for property, verb := range map[string]string{"ReadAttributes": "read", "WriteAttributes": "write"} {
			after := change.Texts(c.After.Properties, property)
			lost := change.Lost(change.Texts(c.Before.Properties, property), after)
			if len(lost) > 0 && len(after) > 0 { // left out: all of them
				hits = append(hits, hit(c, property, "Pages could no longer %s %s.", verb, list(lost))...)
			}
		}
		return hits
	}),
}
