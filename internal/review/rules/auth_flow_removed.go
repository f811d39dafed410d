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
		lost := change.Lost(flows(c.Before), flows(c.After))
		lost = slices.DeleteFunc(lost, func(f string) bool {
			// Of the first, refresh-rotation-on and refresh-flow-missing speak. An ALLOW_CUSTOM_AUTH that was
			// never stated works only with Lambda triggers. ALLOW_USER_AUTH takes the place of no other flow:
			// it lets people prove a password over SRP, but by USER_AUTH and not by USER_SRP_AUTH.
			return f == "ALLOW_REFRESH_TOKEN_AUTH" || f == "ALLOW_CUSTOM_AUTH" && c.Was("ExplicitAuthFlows") == nil
		})
		if len(lost) == 0 {
			return nil
		}
		return hit(c, "ExplicitAuthFlows", "The client would no longer take %s.", list(lost))
	}),
}
