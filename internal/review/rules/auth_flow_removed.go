package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var authFlowRemoved = Rule{
	ID: "auth-flow-removed", Level: LockedOut,
	Title:    "A way to sign in, or to stay signed in, is closed",
	Who:      "Everyone whose pages or programs use the flow: InitiateAuth answers that it is not enabled.",
	Why:      "A client takes only the flows in ExplicitAuthFlows.",
	Safe:     "First publish pages that use another flow, wait until open tabs are gone, then remove this one.",
	Evidence: Documented, Source: api + "API_UpdateUserPoolClient.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		if !c.Changed("ExplicitAuthFlows") {
			return nil
		}
		lost := change.Lost(flows(c.Before), flows(c.After))
		lost = slices.DeleteFunc(lost, func(f string) bool {
			// With rotation on, refresh-rotation-on speaks of this one. ALLOW_USER_AUTH covers SRP and passwords.
			// An ALLOW_CUSTOM_AUTH that was never stated works only with Lambda triggers.
			return f == "ALLOW_REFRESH_TOKEN_AUTH" || f == "ALLOW_CUSTOM_AUTH" && c.Was("ExplicitAuthFlows") == nil ||
				f != "ALLOW_CUSTOM_AUTH" && slices.Contains(flows(c.After), "ALLOW_USER_AUTH")
		})
		if len(lost) == 0 {
			return nil
		}
		return hit(c, "ExplicitAuthFlows", "The client would no longer take %s.", list(lost))
	}),
}
