package rules

import "gatehouse/internal/review/change"

var refreshValidityCut = Rule{
	ID: "refresh-validity-cut", Level: LockedOut,
	Title:    "People stay signed in for less long",
	Who:      "Everyone who does not come back within the new time must sign in again. What happens to refresh tokens issued before is not documented; expect some people to be signed out at once.",
	Why:      "A session ends when its refresh token expires.",
	Safe:     "Announce it, and cut it when few people are on the site.",
	Evidence: Unverified, Source: guide + "amazon-cognito-user-pools-using-the-refresh-token.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		before, ok1 := validity(c.Before.Properties, "RefreshToken")
		after, ok2 := validity(c.After.Properties, "RefreshToken")
		if !ok1 || !ok2 || after >= before {
			return nil
		}
		return hit(c, "RefreshTokenValidity", "A refresh token was valid for %s and would be for %s.", span(before), span(after))
	}),
}
