package rules

import (
	"regexp"
	"strings"

	"gatehouse/internal/review/change"
)

var tlsLowered = Rule{
	ID: "tls-lowered", Level: Weaker,
	Title:    "Older, weaker encryption is taken",
	Who:      "Every visitor whose connection somebody can get at.",
	Why:      "MinimumProtocolVersion is the oldest TLS and the weakest ciphers that CloudFront agrees to. Without a certificate of one's own it is TLSv1.",
	Safe:     "TLSv1.2_2021 or newer.",
	Evidence: Documented, Source: front + "secure-connections-supported-viewer-protocols-ciphers.html",
	Along: []string{"DistributionConfig.ViewerCertificate"},
	Check: staying(typeDistribution, func(c change.Change) []Hit {
		const path = "DistributionConfig.ViewerCertificate.MinimumProtocolVersion"
		before, after := change.Text(c.Before.Properties, path), change.Text(c.After.Properties, path)
		if before == "" || after != "" && strings.Compare(protocolOrder(after), protocolOrder(before)) >= 0 {
			return nil
		}
		return hit(c, path, "It was %s and would be %s.", before, nameOr(after, "TLSv1"))
	}),
}

var protocol = regexp.MustCompile(`^TLSv1(?:\.(\d))?(?:_(\d{4}))?$`)

// protocolOrder is a text that sorts as protocol versions do: by version, then by year.
func protocolOrder(version string) string {
	m := protocol.FindStringSubmatch(version)
	if m == nil {
		return "" // SSLv3, and whatever is no version
	}
	return "1." + nameOr(m[1], "0") + "_" + m[2]
}
