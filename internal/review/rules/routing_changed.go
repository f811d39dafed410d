package rules

import (
	"encoding/json"
	"strings"

	"gatehouse/internal/review/change"
)

var routingChanged = Rule{
	ID: "routing-changed", Level: SiteBreaks,
	Title:    "Addresses lead to other pages",
	Who:      "Everyone with a link into the site, if the pages were not built for it.",
	Why:      "The router's settings say whether /register is a page of its own or the one page's business, and which folder is shared by all releases.",
	Safe:     "Change the setting together with the pages, and try old links.",
	Evidence: Documented, Source: front + "cloudfront-functions.html",
	Check: staying(typeFunction, func(c change.Change) (hits []Hit) {
		before, after := routerSettings(c.Before), routerSettings(c.After)
		for _, key := range []string{"routing", "assets"} {
			if before[key] != nil && after[key] != nil && before[key] != after[key] {
				hits = append(hits, hit(c, "FunctionCode", "%s was %q and would be %q.", key, before[key], after[key])...)
			}
		}
		return hits
	}),
}

// routerSettings are the first line of the router's code, written at synthesis:
// var settings = {...};
func routerSettings(r change.Resource) map[string]any {
	line, _, _ := strings.Cut(change.Text(r.Properties, "FunctionCode"), "\n")
	text, ok := strings.CutPrefix(line, "var settings = ")
	var settings map[string]any
	if !ok || json.Unmarshal([]byte(strings.TrimSuffix(text, ";")), &settings) != nil {
		return nil
	}
	return settings
}

// RouterCode is the router's code without its settings.
func RouterCode(r change.Resource) string {
	code := change.Text(r.Properties, "FunctionCode")
	if routerSettings(r) == nil {
		return code
	}
	_, rest, _ := strings.Cut(code, "\n")
	return rest
}
