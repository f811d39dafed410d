package rules

import "gatehouse/internal/review/change"

var firstDeployment = Rule{
	ID: "first-deployment", Level: Unknown,
	Title:    "Nothing of this environment is deployed there yet",
	Who:      "Nobody, if the environment is new. Everyone, if it had another project, environment, account or region before: people stay in the pool that is there, and the new one is empty.",
	Why:      "A stack is known by its name in its account and Region. With another name it is another stack, and nothing tells that it was meant to be the same.",
	Safe:     "Look whether project, environment, account and region are what they were. gatehouse review --from git:REVISION compares with an earlier commit.",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html",
	Check: func(s *change.Set) []Hit {
		if s.Before.Exists || !s.Before.LookedFor || !has(s.After, typePool) {
			return nil
		}
		return []Hit{{"", "", "The stack " + place(s.After) + " would be new, with a user pool that nobody is in."}}
	},
}
