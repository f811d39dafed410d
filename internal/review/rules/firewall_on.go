package rules

import "gatehouse/internal/review/change"

var firewallOn = Rule{
	ID: "firewall-on", Level: Cost,
	Title:    "AWS WAF costs money each month and for each request",
	Who:      "Whoever pays the bill. A rule that is too strict also keeps people out.",
	Why:      "WAF is billed by web ACL, by rule and by request.",
	Safe:     "Begin with rules that only count, and look at what they would block.",
	Evidence: Documented, Source: "https://aws.amazon.com/waf/pricing/",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeDistribution) {
			if c.Action == change.Modify && !hasFirewall(c.Before) && hasFirewall(c.After) {
				hits = append(hits, hit(c, webACL, "The distribution would have a web ACL.")...)
			}
		}
		for _, c := range s.Of("AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation") {
			if c.Action == change.Add && s.Before.Exists {
				hits = append(hits, hit(c, "", "%s would be added.", c.Type)...)
			}
		}
		return hits
	},
}
