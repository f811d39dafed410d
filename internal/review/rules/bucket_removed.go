package rules

import "gatehouse/internal/review/change"

var bucketRemoved = Rule{
	ID: "bucket-removed", Level: SiteBreaks,
	Title:    "A bucket is removed or replaced",
	Who:      "Every visitor, if it holds the site: the new bucket is empty until a release is published to it, and earlier releases are not in it.",
	Why:      "The bucket leaves the template, or a property changes that S3 fixes when a bucket is created.",
	Safe:     "Keep its logical id and name. To move, publish to the new bucket first and switch the distribution afterwards.",
	Evidence: Documented, Source: cfn + "aws-resource-s3-bucket.html",
	Check: going(func(c change.Change) []Hit {
		if c.Replaced {
			property, because := replacement(c)
			return hit(c, property, "The bucket would be replaced%s.", because)
		}
		return hit(c, "", "The bucket would leave the stack.")
	}, typeBucket),
}
