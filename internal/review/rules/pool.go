package rules

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/review/change"
)

// attribute is an entry of a pool's Schema.
type attribute struct {
	name     string
	standard bool
	entry    any
}

// standardAttributes are those that every pool has:
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
var standardAttributes = []string{
	"address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
	"phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "sub", "updated_at", "website", "zoneinfo",
}

// schemaOf are the entries of a pool's Schema.
func schemaOf(r change.Resource) (attributes []attribute) {
	for _, entry := range change.List(r.Properties, "Schema") {
		name := strings.TrimPrefix(change.Text(entry, "Name"), "custom:")
		attributes = append(attributes, attribute{name, slices.Contains(standardAttributes, name), entry})
	}
	return attributes
}

func findAttribute(in []attribute, name string) (attribute, bool) {
	i := slices.IndexFunc(in, func(a attribute) bool { return a.name == name })
	if i < 0 {
		return attribute{}, false
	}
	return in[i], true
}

// validity is a token's lifetime in minutes: a number in TokenValidityUnits, or
// Cognito's default. It is not known where the template holds no number.
func validity(v any, token string) (minutes float64, known bool) {
	value := change.At(v, token+"Validity")
	defaults := map[string]float64{"AccessToken": 60, "IdToken": 60, "RefreshToken": 30 * 24 * 60}
	if value == nil {
		return defaults[token], true
	}
	n, ok := change.Number(v, token+"Validity")
	if !ok {
		return 0, false
	}
	if n == 0 && token == "RefreshToken" {
		return defaults[token], true
	}
	unit := change.Text(v, "TokenValidityUnits."+token)
	if unit == "" {
		unit = map[string]string{"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}[token]
	}
	per, ok := map[string]float64{"seconds": 1.0 / 60, "minutes": 1, "hours": 60, "days": 24 * 60}[unit]
	return n * per, ok
}

// span is minutes for people.
func span(minutes float64) string {
	unit, n := "minute", minutes
	switch {
	case minutes >= 24*60 && int(minutes)%(24*60) == 0:
		unit, n = "day", minutes/(24*60)
	case minutes >= 60 && int(minutes)%60 == 0:
		unit, n = "hour", minutes/60
	}
	text := strconv.FormatFloat(n, 'f', -1, 64) + " " + unit
	if n != 1 {
		text += "s"
	}
	return text
}

// flows are the authentication flows that a client allows. Without a list these
// are Cognito's defaults (CreateUserPoolClient, ExplicitAuthFlows).
func flows(r change.Resource) []string {
	if stated := change.Texts(r.Properties, "ExplicitAuthFlows"); len(stated) > 0 {
		return stated
	}
	return []string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}
}

// rotates is whether a client's refresh tokens rotate.
func rotates(r change.Resource) bool {
	return change.Text(r.Properties, "RefreshTokenRotation.Feature") == "ENABLED"
}

const firstFactors = "Policies.SignInPolicy.AllowedFirstAuthFactors"

// factors are the first factors that a pool allows: by default, the password.
func factors(r change.Resource) []string {
	if change.At(r.Properties, firstFactors) == nil {
		return []string{"PASSWORD"}
	}
	return change.Texts(r.Properties, firstFactors)
}

// passwordClasses are the kinds of characters that a policy can require.
var passwordClasses = []struct{ property, words string }{
	{"RequireLowercase", "a lower-case letter"},
	{"RequireUppercase", "an upper-case letter"},
	{"RequireNumbers", "a digit"},
	{"RequireSymbols", "a sign"},
}

const passwordPolicy = "Policies.PasswordPolicy"
