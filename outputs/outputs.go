// Package outputs is what a deployment hands over to those who use it: the ids
// and rules that pages and programs need to talk to the user pool.
//
// An [Outputs] is written in every format its readers know: amplify_outputs.json,
// aws-exports.js, config.js and .env. It has no place for a secret.
package outputs

import "errors"

// Outputs describes one deployed environment.
type Outputs struct {
	Project     string
	Environment string
	Region      string

	UserPoolID       string
	UserPoolClientID string
	// UserPoolEndpoint is set only when the pool is in the local cloud: the URL
	// of its API. Pages hand it to Amplify as Auth.Cognito.userPoolEndpoint.
	UserPoolEndpoint string

	SelfSignUp         bool
	RequiredAttributes []string // Cognito's standard names besides email: given_name
	VerificationMethod string   // "code" or "link"
	PasswordPolicy     PasswordPolicy
	Groups             []Group

	SiteURL string // where the pages are, without a trailing slash
}

// PasswordPolicy is the pool's rule for passwords, for pages to show.
type PasswordPolicy struct {
	MinLength        int // 6–99
	RequireLowercase bool
	RequireUppercase bool
	RequireNumbers   bool
	RequireSymbols   bool
}

// Group is a user pool group.
type Group struct {
	Name       string
	Precedence *int // nil: none
}

// check reports ids that no reader can do without.
func (o Outputs) check() error {
	var problems []error
	for _, required := range []struct{ name, value string }{
		{"region", o.Region},
		{"user pool id", o.UserPoolID},
		{"user pool client id", o.UserPoolClientID},
	} {
		if required.value == "" {
			problems = append(problems, errors.New("the "+required.name+" is empty"))
		}
	}
	return errors.Join(problems...)
}
