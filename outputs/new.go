package outputs

import (
	"slices"
	"strings"

	"gatehouse/config"
)

// IDs are what only a deployment knows. Each may be an unresolved CDK token: the
// writers pass values through byte for byte.
type IDs struct {
	UserPoolID       string // eu-west-1_AbCdEfGhI
	UserPoolClientID string
	SiteURL          string // a trailing slash is dropped; empty when there is no site
}

// New joins what an environment's configuration says with the ids that its
// deployment has given.
func New(cfg config.Config, ids IDs) Outputs {
	return Outputs{
		Project:            cfg.Project,
		Environment:        cfg.Environment,
		Region:             cfg.Region,
		UserPoolID:         ids.UserPoolID,
		UserPoolClientID:   ids.UserPoolClientID,
		UserPoolEndpoint:   cfg.Local.Endpoint,
		SelfSignUp:         cfg.Auth.SelfSignUp,
		RequiredAttributes: requiredBesidesEmail(cfg.Auth.Attributes.Required),
		VerificationMethod: cfg.Auth.Verification.Method,
		PasswordPolicy: PasswordPolicy{
			MinLength:        cfg.Auth.Password.MinLength,
			RequireLowercase: cfg.Auth.Password.RequireLowercase,
			RequireUppercase: cfg.Auth.Password.RequireUppercase,
			RequireNumbers:   cfg.Auth.Password.RequireNumbers,
			RequireSymbols:   cfg.Auth.Password.RequireSymbols,
		},
		Groups:  groups(cfg.Auth.Groups),
		SiteURL: strings.TrimSuffix(ids.SiteURL, "/"),
	}
}

// requiredBesidesEmail drops email, which sign-in by e-mail address requires
// whether or not the configuration repeats it.
func requiredBesidesEmail(required []string) []string {
	return slices.DeleteFunc(slices.Clone(required), func(name string) bool { return name == "email" })
}

func groups(configured []config.Group) []Group {
	var out []Group
	for _, g := range configured {
		out = append(out, Group{Name: g.Name, Precedence: g.Precedence})
	}
	return out
}
