package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var refreshFlowMissing = Rule{
	ID: "refresh-flow-missing", Level: Refused,
	Title:    "A client must take refresh tokens, in one way only",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A stated list of flows needs ALLOW_REFRESH_TOKEN_AUTH, unless refresh tokens rotate: then it may not be there.",
	Safe:     "Add ALLOW_REFRESH_TOKEN_AUTH, or turn rotation on and leave it out.",
	Evidence: Measured, Source: "https://github.com/aws/aws-cdk/issues/7625",
	Message: "REFRESH_TOKEN_AUTH should always be allowed.",
	Check: declared(typeClient, func(c change.Change) []Hit {
		stated := change.Texts(c.After.Properties, "ExplicitAuthFlows")
		if len(stated) == 0 || change.Unresolved(c.Becomes("ExplicitAuthFlows")) || change.Unresolved(c.Becomes("RefreshTokenRotation")) || !c.Changed("ExplicitAuthFlows") && !c.Changed("RefreshTokenRotation") {
			return nil
		}
		refresh := slices.Contains(stated, "ALLOW_REFRESH_TOKEN_AUTH")
		switch {
		case refresh && rotates(c.After):
			return hit(c, "ExplicitAuthFlows", "ALLOW_REFRESH_TOKEN_AUTH is allowed although refresh tokens rotate.")
		case !refresh && !rotates(c.After):
			return hit(c, "ExplicitAuthFlows", "ALLOW_REFRESH_TOKEN_AUTH is not among %s.", list(stated))
		}
		return nil
	}),
}
