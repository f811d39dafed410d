package outputs

import (
	"bytes"
	_ "embed"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// amplifyOutputsVersion is the version of the format. Amplify accepts any that
// starts with "1"; 1.4 is the newest that changes what describes a user pool.
const amplifyOutputsVersion = "1.4"

// The types below are amplify_outputs.json. Amplify's JavaScript library reads
// them with parseAmplifyConfig of aws-amplify/utils; it takes the region from the
// user pool's id and ignores aws_region and user_verification_types, which other
// readers (Swift, Kotlin, Dart) need.

type amplifyOutputs struct {
	Version string        `json:"version"`
	Auth    amplifyAuth   `json:"auth"`
	Custom  amplifyCustom `json:"custom"`
}

type amplifyAuth struct {
	AWSRegion                        string                    `json:"aws_region"`
	UserPoolID                       string                    `json:"user_pool_id"`
	UserPoolClientID                 string                    `json:"user_pool_client_id"`
	PasswordPolicy                   amplifyPasswordPolicy     `json:"password_policy"`
	StandardRequiredAttributes       []string                  `json:"standard_required_attributes"`
	UsernameAttributes               []string                  `json:"username_attributes"`
	UserVerificationTypes            []string                  `json:"user_verification_types"`
	UnauthenticatedIdentitiesEnabled bool                      `json:"unauthenticated_identities_enabled"` // left out means true
	MFAConfiguration                 string                    `json:"mfa_configuration"`
	MFAMethods                       []string                  `json:"mfa_methods"`
	Groups                           []map[string]amplifyGroup `json:"groups,omitempty"` // one entry a map: name → group
}

type amplifyPasswordPolicy struct {
	MinLength        int  `json:"min_length"`
	RequireNumbers   bool `json:"require_numbers"`
	RequireLowercase bool `json:"require_lowercase"`
	RequireUppercase bool `json:"require_uppercase"`
	RequireSymbols   bool `json:"require_symbols"`
}

type amplifyGroup struct {
	Precedence *int `json:"precedence,omitempty"`
}

// amplifyCustom is the one part of the format that is free-form.
type amplifyCustom struct {
	Gatehouse gatehouse `json:"gatehouse"`
}

// gatehouse is what our own pages need and Amplify's format has no place for.
type gatehouse struct {
	Project          string `json:"project"`
	Environment      string `json:"environment"`
	SiteURL          string `json:"siteUrl,omitempty"`
	SelfSignUp       bool   `json:"selfSignUp"`
	Verification     string `json:"verification"` // code or link
	UserPoolEndpoint string `json:"userPoolEndpoint,omitempty"`
}

// AmplifyOutputs writes o as amplify_outputs.json, version 1.4, for
// Amplify.configure of aws-amplify 6 and for our own pages. The bytes are checked
// against the format's schema before they are returned.
func AmplifyOutputs(o Outputs) ([]byte, error) {
	file := amplifyOutputs{
		Version: amplifyOutputsVersion,
		Auth: amplifyAuth{
			AWSRegion:        o.Region,
			UserPoolID:       o.UserPoolID,
			UserPoolClientID: o.UserPoolClientID,
			PasswordPolicy: amplifyPasswordPolicy{
				MinLength:        o.PasswordPolicy.MinLength,
				RequireNumbers:   o.PasswordPolicy.RequireNumbers,
				RequireLowercase: o.PasswordPolicy.RequireLowercase,
				RequireUppercase: o.PasswordPolicy.RequireUppercase,
				RequireSymbols:   o.PasswordPolicy.RequireSymbols,
			},
			StandardRequiredAttributes: append([]string{"email"}, o.RequiredAttributes...),
			UsernameAttributes:         []string{"email"},
			UserVerificationTypes:      []string{"email"},
			MFAConfiguration:           "NONE",
			MFAMethods:                 []string{},
		},
		Custom: amplifyCustom{gatehouse{
			Project:          o.Project,
			Environment:      o.Environment,
			SiteURL:          o.SiteURL,
			SelfSignUp:       o.SelfSignUp,
			Verification:     o.VerificationMethod,
			UserPoolEndpoint: o.UserPoolEndpoint,
		}},
	}
	for _, g := range o.Groups {
		file.Auth.Groups = append(file.Auth.Groups, map[string]amplifyGroup{g.Name: {g.Precedence}})
	}
	data, err := encodeJSON(file, "  ")
	if err != nil {
		return nil, fmt.Errorf("writing amplify_outputs.json: %w", err)
	}
	if err := checkAmplifyOutputs(data); err != nil {
		return nil, fmt.Errorf("writing amplify_outputs.json: %w", err)
	}
	return data, nil
}

//go:embed amplify_outputs.schema.json
var amplifyOutputsSchemaText []byte

// amplifyOutputsSchema compiles the schema on first use.
var amplifyOutputsSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	const url = "amplify_outputs.schema.json"
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(amplifyOutputsSchemaText))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", url, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(url, text); err != nil {
		return nil, fmt.Errorf("reading %s: %w", url, err)
	}
	return compiler.Compile(url)
})

// checkAmplifyOutputs reports everything in data that the schema does not allow.
func checkAmplifyOutputs(data []byte) error {
	schema, err := amplifyOutputsSchema()
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}
