package config_test

import (
	"testing"
	"testing/fstest"

	"gatehouse/config"
)

func TestWaivers(t *testing.T) {
	t.Parallel()
	waiver := func(lines string) string { return good + "review:\n  waivers:\n" + lines }
	for name, tc := range map[string]struct{ in, want string }{
		"a finding is let through until a day":  {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, until: 2027-01-31}"), ""},
		"the day may be in quotes":              {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, until: '2027-01-31'}"), ""},
		"it ends one day":                       {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May}"), "t.yaml:5: review.waivers[0].until: missing; want a day, such as 2027-01-31"},
		"a day that no calendar has":            {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, until: '2027-02-30'}"), `t.yaml:5: review.waivers[0].until: want a day, such as 2027-01-31; got "2027-02-30"`},
		"never is no day":                       {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, until: never}"), `t.yaml:5: review.waivers[0].until: want a day, such as 2027-01-31; got "never"`},
		"a moment is no day":                    {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, until: 2027-01-31T10:00:00Z}"), `t.yaml:5: review.waivers[0].until: want a day, such as 2027-01-31; got "2027-01-31T10:00:00Z"`},
		"a number is no day":                    {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, until: 2027}"), `t.yaml:5: review.waivers[0].until: want a day, such as 2027-01-31; got the number 2027`},
		"a reason says something":               {waiver("    - {rule: mfa-required, resource: Users, reason: ok, until: 2027-01-31}"), "t.yaml:5: review.waivers[0].reason: want 10–500 characters; got 2"},
		"it is of one rule, not of all":         {waiver("    - {rule: '*', resource: Users, reason: announced in May, until: 2027-01-31}"), `t.yaml:5: review.waivers[0].rule: want a rule's name, such as refresh-validity-cut; got "*"`},
		"it is of one resource, not of all":     {waiver("    - {rule: mfa-required, resource: '*', reason: announced in May, until: 2027-01-31}"), `t.yaml:5: review.waivers[0].resource: want a logical id or a stack's name; got "*"`},
		"one finding is not let through twice":  {waiver("    - &one {rule: mfa-required, resource: Users, reason: announced in May, until: 2027-01-31}\n    - *one"), "t.yaml:6: review.waivers[1]: the same finding is let through twice: see review.waivers[0]"},
		"another resource is another finding":   {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, until: 2027-01-31}\n    - {rule: mfa-required, resource: Staff, reason: announced in May, until: 2027-01-31}"), ""},
		"a key that no waiver has is a mistake": {waiver("    - {rule: mfa-required, resource: Users, reason: announced in May, till: 2027-01-31}"), "t.yaml:5: review.waivers[0].till: no such setting; there are reason, resource, rule, until"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("t.yaml", []byte(tc.in))
			if got := text(err); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestADateIsWhatItsFileSays(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("t.yaml", []byte(good+"review: {waivers: [{rule: mfa-required, resource: Users, reason: announced in May, until: 2027-01-31}]}"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Review.Waivers[0].Until; got.String() != "2027-01-31" || got.Time().Unix() != 1801353600 {
		t.Errorf("got %s, %v", got, got.Time())
	}
}

func TestLocateNamesTheFileAndLineThatCounts(t *testing.T) {
	t.Parallel()
	project := fstest.MapFS{
		"config/base.yaml": {Data: []byte("project: shop\nregion: eu-central-1\nauth:\n  password:\n    minLength: 14\n  tokens: {refresh: 30d}\n")},
		"config/prod.yaml": {Data: []byte("extends: base.yaml\nauth:\n  tokens:\n    refresh: 7d\n")},
	}
	places, err := config.Locate(project, "prod")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]config.Place{
		"auth.tokens.refresh":       {File: "config/prod.yaml", Line: 4},
		"auth.password.minLength":   {File: "config/base.yaml", Line: 5},
		"auth.password.history":     {File: "config/base.yaml", Line: 4}, // what it belongs to
		"auth.tokens.access":        {File: "config/prod.yaml", Line: 3},
		"hosting.headers.custom":    {},
		"auth.attributes.custom[2]": {File: "config/prod.yaml", Line: 2},
		"protect":                   {},
	} {
		if got, ok := places.Of(key); got != want || ok != (want != config.Place{}) {
			t.Errorf("%s: got %+v; want %+v", key, got, want)
		}
	}
}
