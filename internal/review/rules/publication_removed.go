package rules

import (
	"reflect"
	"slices"

	"gatehouse/internal/review/change"
)

var publicationRemoved = Rule{
	ID: "publication-removed", Level: SiteBreaks,
	Title:    "A part of the site is no longer published",
	Who:      "Every visitor who needs those files.",
	Why:      "The upload leaves the template. With RetainOnDelete the files stay as they are and are not renewed; without it they are deleted.",
	Safe:     "Make sure that no page asks for them.",
	Evidence: Documented, Source: deploying,
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeDeployment) {
			if c.Action == change.Remove && !publishedAnyway(s, c) {
				hits = append(hits, hit(c, "", "Nothing would be published to %s any more.", prefix(c.Before))...)
			}
		}
		return hits
	},
}

// publishedAnyway is whether a new upload writes to the same place.
func publishedAnyway(s *change.Set, removed change.Change) bool {
	return slices.ContainsFunc(s.Of(typeDeployment), func(c change.Change) bool {
		same := func(property string) bool {
			return reflect.DeepEqual(change.At(removed.Before.Properties, property), c.Becomes(property))
		}
		return c.Action == change.Add && same("DestinationBucketName") && same("DestinationBucketKeyPrefix")
	})
}
