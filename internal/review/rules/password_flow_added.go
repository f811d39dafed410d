package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var passwordFlowAdded = Rule{
	ID: "password-flow-added", Level: Weaker,
	Title:    "Passwords may travel, or another flow is open",
	Who:      "Everyone: with USER_PASSWORD_AUTH the password itself is sent, where SRP proves it without sending it.",
	Why:      "Each flow in ExplicitAuthFlows is one more way in. ALLOW_USER_AUTH includes the one with a plain password.",
	Safe:     "Allow it for a client of its own, for as long as a migration takes.",
	Evidence: Documented, Source: guide + "amazon-cognito-user-pools-authentication-flow-methods.html",
	Check: declared(typeClient, known(func(c change.Change) []Hit {
		if !c.Changed("ExplicitAuthFlows") || c.Becomes("ExplicitAuthFlows") == nil {
			return nil // client-setting-reset
		}
		added := change.Lost(flows(c.After), flows(c.Before))
		added = slices.DeleteFunc(added, func(f string) bool { return f == "ALLOW_USER_SRP_AUTH" || f == "ALLOW_REFRESH_TOKEN_AUTH" })
		if len(added) == 0 {
			return nil
		}
		return hit(c, "ExplicitAuthFlows", "The client would also take %s.", list(added))
	})),
}
