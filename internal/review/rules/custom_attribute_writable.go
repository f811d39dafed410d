package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var customAttributeWritable = Rule{
	ID: "custom-attribute-writable", Level: Weaker,
	Title:    "People can set a custom attribute themselves",
	Who:      "Whoever trusts the attribute: a person can give themselves the plan or the role that it stands for.",
	Why:      "A signed-in person may write what is in the client's WriteAttributes, with nothing but the access token.",
	Safe:     "Leave it out and set it with AdminUpdateUserAttributes; or trust nothing in it.",
	Evidence: Documented, Source: guide + "user-pool-settings-attributes.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		added := change.Lost(change.Texts(c.After.Properties, "WriteAttributes"), change.Texts(c.Before.Properties, "WriteAttributes"))
		added = slices.DeleteFunc(added, func(name string) bool { return !strings.HasPrefix(name, "custom:") })
		if len(added) == 0 {
			return nil
		}
		return hit(c, "WriteAttributes", "People could write %s.", list(added))
	}),
}
