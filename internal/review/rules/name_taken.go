package rules

import (
	"reflect"

	"gatehouse/internal/review/change"
)

var nameTaken = Rule{
	ID: "name-taken", Level: Refused,
	Title:    "The new resource has the name that the old one still holds",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "CloudFormation creates what is new before it deletes what is old, also for a replacement; two of one name cannot be there.",
	Safe:     "Keep the logical id, or give the new resource another name.",
	Evidence: Documented, Source: cfn + "aws-properties-name.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, added := range s.Changes {
			property := change.PhysicalNames[added.Type]
			name := change.At(added.After.Properties, property)
			if property == "" || name == nil {
				continue
			}
			if added.Action == change.Modify && added.Replaced && !added.Changed(property) && sameScope(added, added) {
				hits = append(hits, hit(added, property, "It would be replaced and keep the name %s; CloudFormation takes no replacement of a resource that the template names.", change.Show(name))...)
			}
			if added.Action != change.Add {
				continue
			}
			for _, removed := range s.Of(added.Type) {
				if removed.Action == change.Remove && reflect.DeepEqual(change.At(removed.Before.Properties, property), name) && sameScope(removed, added) {
					hits = append(hits, hit(added, property, "%s %s is the name of %s.", property, change.Show(name), removed.ID)...)
				}
			}
		}
		return hits
	},
}

// sameScope is whether names of two resources are in each other's way: groups of
// different pools and web ACLs of different scopes are not.
func sameScope(old, now change.Change) bool {
	scope := map[string]string{typeGroup: "UserPoolId", "AWS::WAFv2::WebACL": "Scope"}[old.Type]
	return scope == "" || reflect.DeepEqual(change.At(old.Before.Properties, scope), change.At(now.After.Properties, scope))
}
