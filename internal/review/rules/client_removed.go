package rules

import "gatehouse/internal/review/change"

var clientRemoved = Rule{
	ID: "client-removed", Level: LockedOut,
	Title:    "An app client is removed",
	Who:      "Everyone who signs in through it; their refresh tokens are worth nothing.",
	Why:      "Tokens are issued to a client, and go with it.",
	Safe:     "Keep it until no program uses its id any more.",
	Evidence: Documented, Source: guide + "user-pool-settings-client-apps.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeClient) {
			if c.Action == change.Remove && !kept(c) {
				hits = append(hits, hit(c, "", "The client %s would be removed.", nameOr(change.Text(c.Before.Properties, "ClientName"), c.ID))...)
			}
		}
		return hits
	},
}

func nameOr(name, id string) string {
	if name == "" {
		return id
	}
	return name
}
