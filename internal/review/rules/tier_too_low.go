package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var tierTooLow = Rule{
	ID: "tier-too-low", Level: Refused,
	Title:    "A feature is on that the feature plan lacks",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "Cognito refuses a plan while a feature of a higher one is on, and such a feature in a lower plan.",
	Safe:     "Turn the feature off, in words, and then change the plan; or keep the plan.",
	Evidence: Documented, Source: guide + "feature-plans-deactivate.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typePool) {
			if c.Action == change.Remove || !c.Changed("UserPoolTier") && !c.Changed("Policies") && !c.Changed("UserPoolAddOns") && !c.Changed("EnabledMfas") && !c.Changed("LambdaConfig") {
				continue
			}
			tier := tierOf(c)
			if isUnknown(c.Becomes("UserPoolTier")) {
				continue
			}
			features := poolFeatures(c.After)
			for _, f := range poolFeatures(c.Before) {
				// Cognito keeps a policy that is left out, see policy-dropped.
				policy := f.property[:max(0, strings.LastIndex(f.property, "."))]
				if (policy == passwordPolicy || policy == "Policies.SignInPolicy") && c.Becomes(policy) == nil {
					features = append(features, f)
				}
			}
			for _, f := range features {
				if rank(tier) < rank(f.tier) {
					hits = append(hits, hit(c, f.property, "%s needs the plan %s; the pool's is %s.", f.name, f.tier, tier)...)
				}
			}
		}
		return append(hits, clientTier(s)...)
	},
}

// clientTier looks at clients whose features their pool's plan lacks.
func clientTier(s *change.Set) (hits []Hit) {
	for _, id := range sortedIDs(s.After.Template.Resources) {
		r := s.After.Template.Resources[id]
		if r.Type != typeClient {
			continue
		}
		pool := s.After.Template.Resources[change.Text(r.Properties, "UserPoolId.Ref")]
		if tier := change.Text(pool.Properties, "UserPoolTier"); tier != "LITE" {
			continue
		}
		down := slices.ContainsFunc(s.Changes, func(c change.Change) bool { return c.Type == typePool && c.Changed("UserPoolTier") })
		changed := down || slices.ContainsFunc(s.Changes, func(c change.Change) bool {
			return c.ID == id
		})
		if changed && rotates(r) {
			hits = append(hits, Hit{id, "RefreshTokenRotation", "Refresh token rotation needs the plan ESSENTIALS; the pool's is LITE."})
		}
		before := s.Before.Template.Resources[id]
		if down && rotates(before) && !rotates(r) {
			hits = append(hits, Hit{id, "RefreshTokenRotation", "Refresh tokens rotate until this deployment, which changes the pool before its client; turn it off in an earlier one."})
		}
		if changed && slices.Contains(flows(r), "ALLOW_USER_AUTH") {
			hits = append(hits, Hit{id, "ExplicitAuthFlows", "ALLOW_USER_AUTH needs the plan ESSENTIALS; the pool's is LITE."})
		}
	}
	return hits
}

// feature is something that only some plans have.
type feature struct{ name, property, tier string }

// poolFeatures are the features of higher plans that a pool has on.
func poolFeatures(r change.Resource) (features []feature) {
	p := r.Properties
	if n, ok := change.Number(p, passwordPolicy+".PasswordHistorySize"); ok && n > 0 {
		features = append(features, feature{"A password history", passwordPolicy + ".PasswordHistorySize", "ESSENTIALS"})
	}
	for _, f := range factors(r) {
		if f != "PASSWORD" {
			features = append(features, feature{"Sign-in with " + f, firstFactors, "ESSENTIALS"})
		}
	}
	if slices.Contains(change.Texts(p, "EnabledMfas"), "EMAIL_OTP") {
		features = append(features, feature{"MFA by e-mail", "EnabledMfas", "ESSENTIALS"})
	}
	if v := change.Text(p, "LambdaConfig.PreTokenGenerationConfig.LambdaVersion"); v == "V2_0" || v == "V3_0" {
		features = append(features, feature{"Access token customization", "LambdaConfig.PreTokenGenerationConfig", "ESSENTIALS"})
	}
	if m := change.Text(p, "UserPoolAddOns.AdvancedSecurityMode"); m == "AUDIT" || m == "ENFORCED" {
		features = append(features, feature{"Threat protection", "UserPoolAddOns.AdvancedSecurityMode", "PLUS"})
	}
	return features
}

// tierOf is a pool's plan after a change. One that is left out stays, and is
// Essentials for a new pool.
func tierOf(c change.Change) string {
	for _, r := range []change.Resource{c.After, c.Before} {
		if tier := change.Text(r.Properties, "UserPoolTier"); tier != "" {
			return tier
		}
	}
	return "ESSENTIALS"
}

// rank orders plans; an unknown one is the highest.
func rank(tier string) int {
	if i := slices.Index([]string{"LITE", "ESSENTIALS", "PLUS"}, tier); i >= 0 {
		return i
	}
	return 2
}
