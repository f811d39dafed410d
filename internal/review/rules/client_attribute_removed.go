package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var clientAttributeRemoved = Rule{
	ID: "client-attribute-removed", Level: SiteBreaks,
	Title:    "Pages may no longer read or write an attribute",
	Who:      "Everyone whose page uses it: a sign-up that sends it is refused, and tokens no longer carry it.",
	Why:      "A client reads and writes only what ReadAttributes and WriteAttributes name; without a list, the standard attributes.",
	Safe:     "Publish pages that do without it first.",
	Evidence: Documented, Source: api + "API_UpdateUserPoolClient.html",
	Check: staying(typeClient, func(c change.Change) (hits []Hit) {
		for _, p := range []struct{ property, verb string }{{"ReadAttributes", "read"}, {"WriteAttributes", "write"}} {
			before, after := change.Texts(c.Before.Properties, p.property), change.Texts(c.After.Properties, p.property)
			lost := change.Lost(before, after)
			switch {
			case len(after) == 0: // client-setting-reset
			case len(before) == 0 && len(change.Lost(usual(p.property), after)) > 0:
				hits = append(hits, hit(c, p.property, "Pages could %s the standard attributes and could then %s only %s.", p.verb, p.verb, list(after))...)
			case len(lost) > 0:
				hits = append(hits, hit(c, p.property, "Pages could no longer %s %s.", p.verb, list(lost))...)
			}
		}
		return hits
	}),
}

// usual are the attributes that a client reads or writes without a list.
func usual(property string) []string {
	return slices.DeleteFunc(slices.Clone(standardAttributes), func(name string) bool {
		return name == "sub" || property == "WriteAttributes" && strings.HasSuffix(name, "_verified")
	})
}
