package config

import (
	"reflect"
	"time"
)

// Default is what holds for every setting that no file makes: secure, and what
// Cognito's own console would propose where that is secure.
func Default() Config {
	return Config{
		Protect: true, // people's data survives a mistake; an environment opts out
		Auth: Auth{
			SelfSignUp: true,
			Password: Password{
				MinLength:        12, // the four classes are what Security Hub's Cognito.3 and cdk-nag's COG1 ask for
				RequireLowercase: true,
				RequireUppercase: true,
				RequireNumbers:   true,
				RequireSymbols:   true,
				History:          0,
				TemporaryDays:    1,
			},
			Verification: Verification{
				Method:  "code",
				Subject: "Please confirm your e-mail address",
			},
			Tokens: Tokens{
				Access:  Lifetime(time.Hour),
				ID:      Lifetime(time.Hour),
				Refresh: Lifetime(30 * day),
			},
		},
		Hosting: Hosting{
			Folder:       "site/dist",
			Routing:      "pages",
			HashedAssets: "assets", // where Vite puts them
		},
		Delivery: Delivery{
			GitHub: GitHub{Branch: "main"},
			GitLab: GitLab{Branch: "main", Host: "gitlab.com"},
		},
	}
}

// derive fills in the defaults that follow from other settings or from the
// file's name.
func (c *Config) derive(environment string) {
	if c.Environment == "" {
		c.Environment = environment
	}
	if v := &c.Auth.Verification; v.Body == "" {
		switch v.Method {
		case "code":
			v.Body = "Your code is {####}"
		case "link":
			v.Body = "Please {##confirm your e-mail address##}."
		}
	}
}

// defaultItem is what holds for an entry of a list of type t before its own keys
// are read.
func defaultItem(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	if a, ok := v.Addr().Interface().(*CustomAttribute); ok {
		*a = CustomAttribute{Type: "string", Mutable: true} // an attribute that cannot change cannot be made changeable later
	}
	return v
}
