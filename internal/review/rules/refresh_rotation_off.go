package rules

import "gatehouse/internal/review/change"

var refreshRotationOff = Rule{
	ID: "refresh-rotation-off", Level: Weaker,
	Title:    "Refresh tokens no longer rotate",
	Who:      "Everyone whose refresh token leaks: it is good until it expires.",
	Why:      "With rotation, a refresh token is used once, and a second use is noticed.",
	Safe:     "Keep it on where the pages can do it.",
	Evidence: Documented, Source: guide + "amazon-cognito-user-pools-using-the-refresh-token.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		if !rotates(c.Before) || rotates(c.After) {
			return nil
		}
		return hit(c, "RefreshTokenRotation.Feature", "RefreshTokenRotation would be off.")
	}),
}
