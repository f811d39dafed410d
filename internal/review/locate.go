package review

import (
	"bytes"
	"strconv"

	"gatehouse/internal/review/change"
)

// causes are the settings that properties come from: resource type and property
// to key. The longest property that fits counts.
var causes = map[string]map[string]string{
	"AWS::Cognito::UserPool": {
		"": "auth", "AdminCreateUserConfig": "auth.selfSignUp", "DeletionProtection": "protect", "DeletionPolicy": "protect", "UpdateReplacePolicy": "protect",
		"Policies.PasswordPolicy": "auth.password", "Policies.PasswordPolicy.MinimumLength": "auth.password.minLength",
		"Policies.PasswordPolicy.RequireLowercase": "auth.password.requireLowercase", "Policies.PasswordPolicy.RequireUppercase": "auth.password.requireUppercase",
		"Policies.PasswordPolicy.RequireNumbers": "auth.password.requireNumbers", "Policies.PasswordPolicy.RequireSymbols": "auth.password.requireSymbols",
		"Policies.PasswordPolicy.PasswordHistorySize": "auth.password.history", "Policies.PasswordPolicy.TemporaryPasswordValidityDays": "auth.password.temporaryDays",
		"Schema": "auth.attributes", "VerificationMessageTemplate": "auth.verification", "VerificationMessageTemplate.DefaultEmailOption": "auth.verification.method",
	},
	"AWS::Cognito::UserPoolClient": { //nolint:gosec // names of settings, no credentials
		"AccessTokenValidity": "auth.tokens.access", "IdTokenValidity": "auth.tokens.id", "RefreshTokenValidity": "auth.tokens.refresh",
		"ReadAttributes": "auth.attributes.custom", "WriteAttributes": "auth.attributes.custom",
	},
	"AWS::Cognito::UserPoolGroup":  {"": "auth.groups"},
	"AWS::Cognito::UserPoolDomain": {"": "auth.verification.domainPrefix"},
	"AWS::CloudFront::Function":    {"FunctionCode": "hosting.routing"},
	"AWS::CloudFront::ResponseHeadersPolicy": {
		"ResponseHeadersPolicyConfig.CustomHeadersConfig":                         "hosting.headers.custom",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy": "hosting.headers.contentSecurityPolicy",
	},
	"AWS::S3::Bucket":     {"DeletionPolicy": "protect", "UpdateReplacePolicy": "protect"},
	"AWS::Logs::LogGroup": {"DeletionPolicy": "protect", "UpdateReplacePolicy": "protect"},
	"":                    {"": "protect"}, // the stack's own: termination protection
}

// cause is the key of the setting that a property comes from, "" if none is known.
func cause(resourceType, property string) (key string) {
	longest := -1
	pattern := change.Property{Path: property}.Pattern()
	for path, k := range causes[resourceType] {
		if len(path) > longest && (path == property || path != "" && change.Under(pattern, path) || path == "" && resourceType != "") {
			key, longest = k, len(path)
		}
	}
	return key
}

// locate is the line that a finding comes from: in the configuration if a known
// setting causes it, else in the template if that is a file, else the configuration
// as a whole.
func locate(s *change.Set, resourceType, id, property string, o Options) *Location {
	key := cause(resourceType, property)
	if key != "" && o.Locate != nil {
		return new(o.Locate(key))
	}
	stack := s.After
	if _, there := stack.Template.Resources[id]; !there && id != "" {
		stack = s.Before
	}
	if stack.Path == "" {
		if o.Locate == nil {
			return nil
		}
		return new(o.Locate(""))
	}
	return &Location{File: stack.Path, Line: lineOf(stack.Source, id)}
}

// lineOf is the line of a template that declares a resource, 1 if there is none.
func lineOf(source []byte, id string) int {
	if id != "" {
		for _, key := range []string{strconv.Quote(id) + ":", "\n  " + id + ":"} {
			if i := bytes.Index(source, []byte(key)); i >= 0 {
				return 1 + bytes.Count(source[:i+1], []byte("\n"))
			}
		}
	}
	return 1
}
