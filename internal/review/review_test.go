package review

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

// template has a protected pool and the site's client.
const template = `
Resources:
  Users:
    Type: AWS::Cognito::UserPool
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      DeletionProtection: ACTIVE
      UserPoolTier: ESSENTIALS
      UsernameAttributes: [email]
      Policies: {PasswordPolicy: {MinimumLength: 12}}
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Users
      GenerateSecret: false
      ExplicitAuthFlows: [ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH]
      RefreshTokenValidity: 30
      TokenValidityUnits: {RefreshToken: days}
`

func deployment(t *testing.T, yaml string) Deployment {
	t.Helper()
	parsed, err := change.Parse([]byte(yaml), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Deployment{Label: "test", Stacks: []change.Stack{{Name: "shop-prod-auth", Exists: true, Template: parsed}}}
}

func TestAReviewJudgesWhatAChangeDoesToPeople(t *testing.T) {
	for name, tc := range map[string]struct {
		old, replacement string
		rule             string // that must find it; "": nothing but harmless changes
		verdict          Verdict
	}{
		"nothing changes":                       {"", "", "", Fine},
		"a list in another order":               {"[ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH]", "[ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]", "", Fine},
		"a number written as a text":            {"MinimumLength: 12", `MinimumLength: "12"`, "", Fine},
		"the pool gets another logical id":      {"Users", "People", "pool-orphaned", Blocked},
		"people sign in with something else":    {"[email]", "[phone_number]", "pool-sign-in-changed", Blocked},
		"the pool's protection is lifted":       {"DeletionProtection: ACTIVE", "DeletionProtection: INACTIVE", "pool-protection-lifted", Blocked},
		"the client gets a secret and a new id": {"GenerateSecret: false", "GenerateSecret: true", "client-replaced", NeedsHuman},
		"people stay signed in for a shorter":   {"RefreshTokenValidity: 30", "RefreshTokenValidity: 1", "refresh-validity-cut", NeedsHuman},
		"a property that no rule has heard of":  {"GenerateSecret: false", "GenerateSecret: false\n      Surprise: 1", ruleNotUnderstood, NeedsHuman},
		"passwords must be longer from then on": {"MinimumLength: 12", "MinimumLength: 16", "password-policy-stricter", NeedsHuman},
		"sign-in with the password is cut":      {", ALLOW_USER_SRP_AUTH]", "]", "auth-flow-removed", NeedsHuman},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(template, tc.old) {
				t.Fatalf("the template does not contain %q", tc.old)
			}
			after := strings.ReplaceAll(template, tc.old, tc.replacement)
			if tc.old == "" {
				after = template
			}
			report := Run(deployment(t, template), deployment(t, after), Options{})
			if got := report.Verdict(rules.Unknown); got != tc.verdict {
				t.Errorf("verdict %v; want %v: %+v", got, tc.verdict, report.Findings)
			}
			found := slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Rule == tc.rule })
			if tc.rule != "" && !found {
				t.Errorf("no finding of %s: %+v", tc.rule, report.Findings)
			}
		})
	}
}

func TestWhatIsHarmlessIsSaidBesideWhatIsNot(t *testing.T) {
	after := strings.Replace(template, "DeletionProtection: ACTIVE", "DeletionProtection: INACTIVE\n      UserPoolName: shop", 1)
	report := Run(deployment(t, template), deployment(t, after), Options{})
	last := report.Findings[len(report.Findings)-1]
	if len(report.Findings) != 2 || last.Rule != ruleHarmless || last.Resource != "Users" || last.What[0] != "A change of UserPoolName (nothing → shop)." {
		t.Errorf("got %+v", report.Findings)
	}
}

func TestAWaiverLetsAFindingThroughUntilItsLastDayIsOver(t *testing.T) {
	after := strings.ReplaceAll(template, "RefreshTokenValidity: 30", "RefreshTokenValidity: 1")
	last := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	o := Options{Waivers: []Waiver{{Rule: "refresh-validity-cut", Resource: "Client", Reason: "announced", Until: last}}}

	o.Now = last.Add(23 * time.Hour)
	if r := Run(deployment(t, template), deployment(t, after), o); r.Verdict(rules.Unknown) != Fine || len(r.Waived) != 1 {
		t.Errorf("on its last day: %+v", r)
	}
	o.Now = last.Add(24 * time.Hour)
	if r := Run(deployment(t, template), deployment(t, after), o); r.Verdict(rules.Unknown) != NeedsHuman || !r.Findings[0].Expired {
		t.Errorf("on the day after: %+v", r)
	}
}

func TestTheGoldenTemplatesReviewedAgainstThemselvesChangeNothing(t *testing.T) {
	reviewed := 0
	err := filepath.WalkDir(filepath.Join("..", "..", "stacks", "testdata"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), `"Resources"`) {
			return err
		}
		reviewed++
		if r := Run(deployment(t, string(data)), deployment(t, string(data)), Options{}); len(r.Findings) > 0 {
			t.Errorf("%s: %+v", path, r.Findings)
		}
		return nil
	})
	if err != nil || reviewed == 0 {
		t.Errorf("%d golden templates were reviewed: %v", reviewed, err)
	}
}
