package rules

import (
	"strings"

	"gatehouse/internal/review/change"
)

var certificateRefused = Rule{
	ID: "certificate-refused", Level: Refused,
	Title:    "CloudFront refuses the certificate",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A distribution with Aliases needs a certificate that covers them, from us-east-1 whatever the site's Region.",
	Safe:     "Request the certificate in us-east-1 and set ViewerCertificate.AcmCertificateArn.",
	Evidence: Documented, Source: front + "cnames-and-https-requirements.html",
	Message: "InvalidViewerCertificate",
	Check: declared(typeDistribution, func(c change.Change) []Hit {
		if !c.Changed("DistributionConfig.Aliases") && !c.Changed("DistributionConfig.ViewerCertificate") {
			return nil
		}
		const path = "DistributionConfig.ViewerCertificate.AcmCertificateArn"
		certificate := change.At(c.After.Properties, path)
		if len(change.List(c.After.Properties, "DistributionConfig.Aliases")) > 0 && certificate == nil && change.At(c.After.Properties, "DistributionConfig.ViewerCertificate.IamCertificateId") == nil {
			return hit(c, "DistributionConfig.ViewerCertificate", "There are Aliases and no certificate.")
		}
		if arn, ok := certificate.(string); ok && strings.HasPrefix(arn, "arn:") && !strings.Contains(arn, ":acm:us-east-1:") {
			return hit(c, path, "The certificate %s is not from us-east-1.", arn)
		}
		return nil
	}),
}
