// Package config is what a team writes down about an environment: who may come
// in and what they will find.
//
// One YAML file is one environment: config/prod.yaml is the environment "prod".
// A file may say "extends: base.yaml"; what it sets itself wins, key by key.
// Unknown keys are errors, and every mistake is reported at once as
// "file:line: key: what was wanted; what was found". Secrets never stand in a
// file, only the names of Secrets Manager secrets or SSM parameters.
package config

// Config is one environment, defaults filled in and checked.
type Config struct {
	Project     string            `yaml:"project"`
	Environment string            `yaml:"environment"` // defaults to the file's name without .yaml
	Account     string            `yaml:"account"`     // 12 digits; empty: the account of the caller's credentials
	Region      string            `yaml:"region"`
	Tags        map[string]string `yaml:"tags"`
	// Protect keeps people's data: the pool is retained and protected from
	// deletion, and the stacks from being destroyed.
	Protect bool    `yaml:"protect"`
	Auth    Auth    `yaml:"auth"`
	Hosting Hosting `yaml:"hosting"`
	Local   Local   `yaml:"local"`
}

// Auth is who may come in.
type Auth struct {
	SelfSignUp   bool         `yaml:"selfSignUp"`
	Attributes   Attributes   `yaml:"attributes"`
	Password     Password     `yaml:"password"`
	Verification Verification `yaml:"verification"`
	Tokens       Tokens       `yaml:"tokens"`
	Groups       []Group      `yaml:"groups"`
}

// Attributes are what the pool stores about a person besides the e-mail address.
type Attributes struct {
	Required []string          `yaml:"required"` // standard attributes: given_name, family_name …
	Custom   []CustomAttribute `yaml:"custom"`
}

// CustomAttribute is an attribute of the team's own. Cognito calls it custom:Name.
type CustomAttribute struct {
	Name      string `yaml:"name"`
	Type      string `yaml:"type"` // string, number, datetime or boolean
	Mutable   bool   `yaml:"mutable"`
	MinLength *int   `yaml:"minLength"` // string only
	MaxLength *int   `yaml:"maxLength"` // string only
	Min       *int   `yaml:"min"`       // number only
	Max       *int   `yaml:"max"`       // number only
}

// Password is the policy for passwords that people choose.
type Password struct {
	MinLength        int  `yaml:"minLength"` // 6–99, Cognito's limits
	RequireLowercase bool `yaml:"requireLowercase"`
	RequireUppercase bool `yaml:"requireUppercase"`
	RequireNumbers   bool `yaml:"requireNumbers"`
	RequireSymbols   bool `yaml:"requireSymbols"`
	History          int  `yaml:"history"` // 0–24 earlier passwords that cannot be used again
	TemporaryDays    int  `yaml:"temporaryDays"`
}

// Verification is how a person proves to own the e-mail address.
type Verification struct {
	Method       string `yaml:"method"` // code or link
	Subject      string `yaml:"subject"`
	Body         string `yaml:"body"`         // holds {####} for a code, {##text##} for a link
	DomainPrefix string `yaml:"domainPrefix"` // link only: <prefix>.auth.<region>.amazoncognito.com serves the link
}

// Tokens are lifetimes, as a number and a unit: 30m, 1h, 30d.
type Tokens struct {
	Access  Lifetime `yaml:"access"`
	ID      Lifetime `yaml:"id"`
	Refresh Lifetime `yaml:"refresh"`
}

// Group is a user pool group. Its name is in the tokens of its members.
type Group struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Precedence  *int   `yaml:"precedence"`
}

// Hosting is what people will find.
type Hosting struct {
	Folder  string `yaml:"folder"`  // the built site, relative to the project's folder
	Routing string `yaml:"routing"` // pages (/register → register.html) or single-page
	// HashedAssets is a folder in Folder whose files carry a hash of their
	// content in their name, so that browsers may keep them for a year.
	HashedAssets string  `yaml:"hashedAssets"`
	Headers      Headers `yaml:"headers"`
}

// Headers are added to every answer of the site.
type Headers struct {
	// ContentSecurityPolicy adds sources to directives of the default policy.
	ContentSecurityPolicy map[string][]string `yaml:"contentSecurityPolicy"`
	Custom                map[string]string   `yaml:"custom"`
}

// Local holds the addresses of the local cloud, for an environment that is
// deployed there. Both empty: the environment is on AWS.
type Local struct {
	Endpoint string `yaml:"endpoint"` // http://localhost:4566
	Site     string `yaml:"site"`     // http://localhost:8080
}
