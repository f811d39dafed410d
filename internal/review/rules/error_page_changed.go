package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var errorPageChanged = Rule{
	ID: "error-page-changed", Level: SiteBreaks,
	Title:    "Errors are answered differently",
	Who:      "Everyone who meets one. An error that is answered with 200 hides broken links from search engines, monitors and pages.",
	Why:      "CustomErrorResponses decide which page and which status a visitor gets for an error of the origin.",
	Safe:     "Map 404 to an error page with status 404, and nothing else.",
	Evidence: Documented, Source: front + "GeneratingCustomErrorResponses.html",
	Check: staying(typeDistribution, func(c change.Change) (hits []Hit) {
		const path = "DistributionConfig.CustomErrorResponses"
		find := func(r change.Resource, code string) any {
			all := change.List(r.Properties, path)
			if i := slices.IndexFunc(all, func(v any) bool { return change.Text(v, "ErrorCode") == code }); i >= 0 {
				return all[i]
			}
			return nil
		}
		for _, v := range change.List(c.Before.Properties, path) {
			code, page := change.Text(v, "ErrorCode"), change.Text(v, "ResponsePagePath")
			now := find(c.After, code)
			switch status := change.Text(now, "ResponseCode"); {
			case page == "": // CloudFront's own page
			case change.Text(now, "ResponsePagePath") == "":
				hits = append(hits, hit(c, path, "The error %s would no longer have the page %s.", code, page)...)
			case change.Text(now, "ResponsePagePath") != page:
				hits = append(hits, hit(c, path, "The error %s had the page %s and would have %s.", code, page, change.Text(now, "ResponsePagePath"))...)
			case status != change.Text(v, "ResponseCode") && status != "200":
				hits = append(hits, hit(c, path, "The error %s was answered with %s and would be with %s.", code, nameOr(change.Text(v, "ResponseCode"), code), nameOr(status, code))...)
			}
		}
		for _, v := range change.List(c.After.Properties, path) {
			code, status := change.Text(v, "ErrorCode"), change.Text(v, "ResponseCode")
			if old := find(c.Before, code); status == "200" && change.Text(old, "ResponseCode") != "200" {
				hits = append(hits, hit(c, path, "The error %s would be answered with 200.", code)...)
			}
		}
		return hits
	}),
}
