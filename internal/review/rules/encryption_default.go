package rules

import "gatehouse/internal/review/change"

var encryptionDefault = Rule{
	ID: "encryption-default", Level: Silent,
	Title:    "Removing a bucket's encryption setting changes nothing",
	Who:      "Whoever believes that objects are no longer encrypted.",
	Why:      "S3 encrypts every new object with its own keys (AES256) unless a bucket says otherwise.",
	Safe:     "Leave the setting in the template: scanners look for it.",
	Evidence: Documented, Source: s3 + "default-encryption-faq.html",
	Check: staying(typeBucket, func(c change.Change) []Hit {
		if c.Was("BucketEncryption") == nil || c.Becomes("BucketEncryption") != nil || usesKMS(c.Before) {
			return nil // encryption-weaker
		}
		return hit(c, "BucketEncryption", "Objects stay encrypted with S3's own keys.")
	}),
}

// usesKMS is whether a bucket encrypts with a key of the account's own.
func usesKMS(r change.Resource) bool {
	for _, rule := range change.List(r.Properties, "BucketEncryption.ServerSideEncryptionConfiguration") {
		if a := change.Text(rule, "ServerSideEncryptionByDefault.SSEAlgorithm"); a == "aws:kms" || a == "aws:kms:dsse" {
			return true
		}
	}
	return false
}
