package rules

import "gatehouse/internal/review/change"

var listingDenied = Rule{
	ID: "listing-denied", Level: SiteBreaks,
	Title:    "A missing page becomes a refusal",
	Who:      "Everyone who follows a broken link: 403 instead of the error page.",
	Why:      "Without s3:ListBucket, S3 answers 403 for an object that is not there.",
	Safe:     "Keep s3:ListBucket in the statement for CloudFront.",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
	Check: staying(typeBucketPolicy, func(c change.Change) []Hit {
		lists := func(r change.Resource) bool { return letsCloudFront(r, "s3:ListBucket") }
		if !letsCloudFrontRead(c.After) || !lists(c.Before) || lists(c.After) {
			return nil
		}
		return hit(c, statements, "CloudFront could no longer tell a missing page from a forbidden one.")
	}),
}
