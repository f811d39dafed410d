package rules

import "gatehouse/internal/review/change"

var encryptionWeaker = Rule{
	ID: "encryption-weaker", Level: Weaker,
	Title:    "A bucket is no longer encrypted with a key of your own",
	Who:      "Whoever relied on the key's policy to decide who reads.",
	Why:      "S3 encrypts every object anyway, with keys of its own (AES256) unless told otherwise; removing the setting means just that.",
	Safe:     "Keep aws:kms where the key's policy matters.",
	Evidence: Documented, Source: s3 + "default-encryption-faq.html",
	Check: staying(typeBucket, func(c change.Change) []Hit {
		if !usesKMS(c.Before) || usesKMS(c.After) || change.Unresolved(c.Becomes("BucketEncryption")) {
			return nil
		}
		return hit(c, "BucketEncryption", "Objects would be encrypted with S3's own keys.")
	}),
}
