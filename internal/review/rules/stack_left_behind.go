package rules

import "gatehouse/internal/review/change"

var stackLeftBehind = Rule{
	ID: "stack-left-behind", Level: PeopleLost,
	Title:    "A new stack takes the place of one that is left behind",
	Who:      "Everyone who has an account, or the site's address: both stay with the old stack, and the new one has another pool and another address.",
	Why:      "A stack is known by its name in its account and Region, and none of these can change.",
	Safe:     "Keep project, environment, account and region. To move on purpose, move the people first; then waive this finding.",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html",
	Check: func(s *change.Set) (hits []Hit) {
		if s.Before.Exists {
			return nil
		}
		for _, other := range s.Others {
			if other.After.Exists {
				continue
			}
			for _, kept := range []struct{ resourceType, what string }{{typePool, "people"}, {typeDistribution, "address"}} {
				if has(other.Before, kept.resourceType) && has(s.After, kept.resourceType) {
					hits = append(hits, Hit{"", "", "The stack " + place(other.Before) + " would be left with its " + kept.what + "; " + place(s.After) + " would be a new one."})
				}
			}
		}
		return hits
	},
}

func has(s change.Stack, resourceType string) bool {
	for _, r := range s.Template.Resources {
		if r.Type == resourceType {
			return true
		}
	}
	return false
}

// place is a stack's name and where it is, as far as that is known.
func place(s change.Stack) string {
	text := s.Name
	if s.Region != "" {
		text += " in " + s.Region
	}
	if s.Account != "" {
		text += " of the account " + s.Account
	}
	return text
}
