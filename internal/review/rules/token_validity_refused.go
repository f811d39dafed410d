package rules

import "gatehouse/internal/review/change"

var tokenValidityRefused = Rule{
	ID: "token-validity-refused", Level: Refused,
	Title:    "A token's lifetime is outside what Cognito takes",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "Access and ID tokens live from 5 minutes to 24 hours, refresh tokens from 60 minutes to 10 years, and no token longer than the refresh token.",
	Safe:     "Choose lifetimes within these limits; mind TokenValidityUnits, whose defaults are hours for the first two and days for the last.",
	Evidence: Documented, Source: api + "API_UpdateUserPoolClient.html",
	Message: "Invalid range for token validity.",
	Check: declared(typeClient, func(c change.Change) (hits []Hit) {
		changed := func(token string) bool { return c.Changed(token+"Validity") || c.Changed("TokenValidityUnits."+token) }
		refresh, refreshKnown := validity(c.After.Properties, "RefreshToken")
		for _, token := range []string{"AccessToken", "IdToken", "RefreshToken"} {
			if !changed(token) && !changed("RefreshToken") {
				continue
			}
			least, most := 5.0, 24*60.0
			if token == "RefreshToken" {
				least, most = 60, 3650*24*60
			}
			life, known := validity(c.After.Properties, token)
			switch {
			case !known:
			case life < least || life > most:
				hits = append(hits, hit(c, token+"Validity", "%s would be valid for %s; Cognito takes %s to %s.", token, span(life), span(least), span(most))...)
			case refreshKnown && life > refresh:
				hits = append(hits, hit(c, token+"Validity", "%s would be valid for %s, longer than the refresh token with %s.", token, span(life), span(refresh))...)
			}
		}
		return hits
	}),
}
