package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var siteArchived = Rule{
	ID: "site-archived", Level: SiteBreaks,
	Title:    "S3 will move the site to where nobody can read it at once",
	Who:      "Every visitor, that many days after the last release.",
	Why:      "Objects in GLACIER and DEEP_ARCHIVE must be restored before they can be read.",
	Safe:     "Move only noncurrent versions, or use INTELLIGENT_TIERING or GLACIER_IR, which answer at once.",
	Evidence: Documented, Source: s3 + "lifecycle-transition-general-considerations.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeBucket) {
			if c.Action == change.Remove || !c.Changed("LifecycleConfiguration") || !isOrigin(s, c.ID) {
				continue
			}
			if folders := foldersIn(s, c.ID); !archives(c.Before, folders) && archives(c.After, folders) {
				hits = append(hits, hit(c, "LifecycleConfiguration.Rules", "Objects of the site's bucket would be archived.")...)
			}
		}
		return hits
	},
}

// archives is whether a lifecycle rule moves current objects in one of the folders to
// where they cannot be read at once.
func archives(r change.Resource, folders []string) bool {
	return slices.ContainsFunc(rulesFor(r, folders), func(rule any) bool {
		moves := append(slices.Clone(change.List(rule, "Transitions")), change.At(rule, "Transition"))
		return slices.ContainsFunc(moves, func(move any) bool {
			return slices.Contains([]string{"GLACIER", "DEEP_ARCHIVE"}, change.Text(move, "StorageClass"))
		})
	})
}
