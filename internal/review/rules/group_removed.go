package rules

import "gatehouse/internal/review/change"

var groupRemoved = Rule{
	ID: "group-removed", Level: PeopleLost,
	Title:    "A group goes, and who was in it",
	Who:      "Its members: their tokens no longer carry the group, and nobody can tell afterwards who they were.",
	Why:      "Deleting a group removes every membership. A group of the same name created later is empty.",
	Safe:     "List its members first (aws cognito-idp list-users-in-group), and keep the list.",
	Evidence: Documented, Source: api + "API_DeleteGroup.html",
	Check: going(func(c change.Change) []Hit {
		if kept(c) {
			return nil
		}
		name := change.Text(c.Before.Properties, "GroupName")
		if c.Replaced {
			property, _ := replacement(c)
			return hit(c, property, "The group %s would be replaced by an empty group %s.", name, change.Show(c.Becomes("GroupName")))
		}
		return hit(c, "", "The group %s would be deleted.", name)
	}, typeGroup),
}
