package rules

import "gatehouse/internal/review/change"

var refreshRotationOn = Rule{
	ID: "refresh-rotation-on", Level: LockedOut,
	Title:    "Refresh tokens begin to rotate",
	Who:      "Everyone whose pages refresh with REFRESH_TOKEN_AUTH, such as those with amazon-cognito-identity-js or an older Amplify: they are signed out when their access token expires.",
	Why:      "With rotation, only GetTokensFromRefreshToken takes refresh tokens.",
	Safe:     "Publish pages that refresh with GetTokensFromRefreshToken (aws-amplify 6.22 does) and wait until open tabs are gone.",
	Evidence: Documented, Source: guide + "amazon-cognito-user-pools-using-the-refresh-token.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		if rotates(c.Before) || !rotates(c.After) {
			return nil
		}
		return hit(c, "RefreshTokenRotation.Feature", "RefreshTokenRotation would be ENABLED.")
	}),
}
