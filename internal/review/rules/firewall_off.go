package rules

import "gatehouse/internal/review/change"

const webACL = "DistributionConfig.WebACLId"

var firewallOff = Rule{
	ID: "firewall-off", Level: Weaker,
	Title:    "The firewall no longer stands before the site",
	Who:      "Every visitor, when somebody attacks the site.",
	Why:      "WebACLId attaches a web ACL of AWS WAF to the distribution.",
	Safe:     "Keep it, or say what takes its place.",
	Evidence: Documented, Source: front + "distribution-web-awswaf.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeDistribution) {
			if c.Action == change.Modify && hasFirewall(c.Before) && !hasFirewall(c.After) {
				hits = append(hits, hit(c, webACL, "The distribution would have no web ACL.")...)
			}
		}
		for _, c := range s.Of("AWS::WAFv2::WebACLAssociation") {
			if c.Action == change.Remove {
				hits = append(hits, hit(c, "", "The web ACL would no longer be attached.")...)
			}
		}
		return hits
	},
}

// hasFirewall is whether a distribution has a web ACL; an empty text is none.
func hasFirewall(r change.Resource) bool {
	id := change.At(r.Properties, webACL)
	return id != nil && id != ""
}
