package rules

import "gatehouse/internal/review/change"

var clientReplaced = Rule{
	ID: "client-replaced", Level: LockedOut,
	Title:    "The app client is replaced by another",
	Who:      "Everyone: refresh tokens belong to the old client, so all are signed out, and every program or page that holds the old client id stops working.",
	Why:      "GenerateSecret and UserPoolId can only be set when a client is created.",
	Safe:     "Add a second client beside it, move the programs over, remove the first one later.",
	Evidence: Documented, Source: cfn + "aws-resource-cognito-userpoolclient.html",
	Check: going(func(c change.Change) []Hit {
		if !c.Replaced {
			return nil // client-removed
		}
		property, because := replacement(c)
		return hit(c, property, "The client would get another id%s.", because)
	}, typeClient),
}
