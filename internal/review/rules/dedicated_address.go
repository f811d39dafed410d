package rules

import "gatehouse/internal/review/change"

var dedicatedAddress = Rule{
	ID: "dedicated-address", Level: Cost,
	Title:    "Dedicated IP addresses cost hundreds of dollars a month",
	Who:      "Whoever pays the bill.",
	Why:      "SslSupportMethod vip serves browsers without SNI, of which there are hardly any left, from addresses of the distribution's own.",
	Safe:     "sni-only.",
	Evidence: Documented, Source: front + "cnames-https-dedicated-ip-or-sni.html",
	Check: declared(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.ViewerCertificate.SslSupportMethod"
		if change.Text(c.After.Properties, path) != "vip" || change.Text(c.Before.Properties, path) == "vip" {
			return nil
		}
		return hit(c, path, "SslSupportMethod would be vip.")
	}),
}
