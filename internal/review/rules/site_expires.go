package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var siteExpires = Rule{
	ID: "site-expires", Level: SiteBreaks,
	Title:    "S3 will delete the site after some days",
	Who:      "Every visitor, that many days after the last release.",
	Why:      "A lifecycle rule with an expiration and no prefix, or that of a published folder, counts from when an object was written, not from when it was last asked for.",
	Safe:     "Expire only noncurrent versions, or give the rule a prefix that holds no live release.",
	Evidence: Documented, Source: s3 + "lifecycle-expire-general-considerations.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeBucket) {
			if c.Action == change.Remove || !c.Changed("LifecycleConfiguration") || !isOrigin(s, c.ID) {
				continue
			}
			if folders := foldersIn(s, c.ID); !expires(c.Before, folders) && expires(c.After, folders) {
				hits = append(hits, hit(c, "LifecycleConfiguration.Rules", "Objects of the site's bucket would expire.")...)
			}
		}
		return hits
	},
}

// expires is whether a lifecycle rule deletes current objects in one of the folders.
func expires(r change.Resource, folders []string) bool {
	return slices.ContainsFunc(rulesFor(r, folders), func(rule any) bool {
		return change.At(rule, "ExpirationInDays") != nil || change.At(rule, "ExpirationDate") != nil
	})
}

// rulesFor are a bucket's lifecycle rules that hold for everything in one of the folders.
func rulesFor(r change.Resource, folders []string) (found []any) {
	for _, rule := range change.List(r.Properties, "LifecycleConfiguration.Rules") {
		if change.Text(rule, "Status") == "Enabled" && change.At(rule, "TagFilters") == nil &&
			slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(folder, change.Text(rule, "Prefix")) }) {
			found = append(found, rule)
		}
	}
	return found
}

// foldersIn are the folders of a bucket that the site is published to, and the
// bucket itself.
func foldersIn(s *change.Set, bucket string) []string {
	folders := []string{""}
	for _, r := range s.After.Template.Resources {
		if r.Type == typeDeployment && change.Text(r.Properties, "DestinationBucketName.Ref") == bucket {
			folders = append(folders, change.Text(r.Properties, "DestinationBucketKeyPrefix")+"/")
		}
	}
	return folders
}

// isOrigin is whether a distribution serves from the bucket.
func isOrigin(s *change.Set, bucket string) bool {
	for _, r := range s.After.Template.Resources {
		if r.Type == typeDistribution && change.References(change.At(r.Properties, "DistributionConfig.Origins"), bucket) {
			return true
		}
	}
	return false
}
