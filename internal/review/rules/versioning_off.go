package rules

import "gatehouse/internal/review/change"

var versioningOff = Rule{
	ID: "versioning-off", Level: Weaker,
	Title:    "What is overwritten or deleted cannot be brought back",
	Who:      "The team, after a mistake.",
	Why:      "With versioning suspended, S3 keeps the versions there are and makes no new ones.",
	Safe:     "Keep versioning, with a lifecycle rule for noncurrent versions.",
	Evidence: Documented, Source: s3 + "Versioning.html",
	Check: staying(typeBucket, func(c change.Change) []Hit {
		const path = "VersioningConfiguration.Status"
		if change.Text(c.Before.Properties, path) != "Enabled" || change.Text(c.After.Properties, path) == "Enabled" {
			return nil
		}
		return hit(c, path, "Versioning would be suspended.")
	}),
}
