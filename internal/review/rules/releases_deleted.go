package rules

import "gatehouse/internal/review/change"

var releasesDeleted = Rule{
	ID: "releases-deleted", Level: SiteBreaks,
	Title:    "Publishing deletes what was published before",
	Who:      "Everyone with a page open from an earlier release: its scripts are gone. And there is no earlier release to go back to.",
	Why:      "Prune deletes from the destination what the new release lacks. Without RetainOnDelete, files go when the destination's prefix changes, which it does with every release.",
	Safe:     "Keep Prune false and RetainOnDelete true; let a lifecycle rule remove old releases if they must go.",
	Evidence: Documented, Source: deploying,
	Check: staying(typeDeployment, func(c change.Change) (hits []Hit) {
		if change.Text(c.Before.Properties, "Prune") == "false" && change.Text(c.After.Properties, "Prune") != "false" {
			hits = append(hits, hit(c, "Prune", "Prune would be true, for %s.", prefix(c.After))...)
		}
		if change.Text(c.Before.Properties, "RetainOnDelete") != "false" && change.Text(c.After.Properties, "RetainOnDelete") == "false" {
			hits = append(hits, hit(c, "RetainOnDelete", "RetainOnDelete would be false, for %s.", prefix(c.After))...)
		}
		return hits
	}),
}

// prefix is where in the bucket a deployment puts its files, for people.
func prefix(r change.Resource) string {
	if to := change.At(r.Properties, "DestinationBucketKeyPrefix"); to != nil {
		return change.Show(to)
	}
	return "the whole bucket"
}
