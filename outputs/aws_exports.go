package outputs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The frame of aws-exports.js is Amplify Gen 1's: bundlers, linters and people
// know it.
const (
	awsExportsHead = "/* eslint-disable */\n" +
		"// WARNING: DO NOT EDIT. Gatehouse writes this file again; it keeps only keys of your own.\n\n" +
		awsExportsObject
	awsExportsObject = "const awsmobile = "
	awsExportsFoot   = ";\n\n\nexport default awsmobile;\n"
)

// AWSExports writes o as aws-exports.js, the file of Amplify Gen 1, for
// Amplify.configure of every aws-amplify version. The format has no place for
// UserPoolEndpoint: pages that must work on the local cloud read
// amplify_outputs.json.
func AWSExports(o Outputs) ([]byte, error) {
	return awsExportsWith(o, nil)
}

// awsExportsWith is AWSExports with members that are not ours.
func awsExportsWith(o Outputs, others object) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("writing aws-exports.js: %w", err)
	}
	required := []string{"EMAIL"}
	for _, name := range o.RequiredAttributes {
		required = append(required, strings.ToUpper(name))
	}
	ours := object{
		{"aws_project_region", o.Region},
		{"aws_cognito_region", o.Region},
		{"aws_user_pools_id", o.UserPoolID},
		{"aws_user_pools_web_client_id", o.UserPoolClientID},
		{"aws_mandatory_sign_in", "enable"}, // there is no identity pool, so there are no guests
		{"oauth", object{}},
		{"aws_cognito_username_attributes", []string{"EMAIL"}},
		{"aws_cognito_social_providers", []string{}},
		{"aws_cognito_signup_attributes", required},
		{"aws_cognito_mfa_configuration", "OFF"},
		{"aws_cognito_mfa_types", []string{}},
		{"aws_cognito_password_protection_settings", object{
			{"passwordPolicyMinLength", o.PasswordPolicy.MinLength},
			{"passwordPolicyCharacters", passwordPolicyCharacters(o.PasswordPolicy)},
		}},
		{"aws_cognito_verification_mechanisms", []string{"EMAIL"}},
		{"aws_cognito_sign_up_verification_method", o.VerificationMethod},
	}
	data, err := encodeJSON(append(ours, others...), "    ")
	if err != nil {
		return nil, fmt.Errorf("writing aws-exports.js: %w", err)
	}
	return slices.Concat([]byte(awsExportsHead), bytes.TrimSuffix(data, []byte("\n")), []byte(awsExportsFoot)), nil
}

func passwordPolicyCharacters(p PasswordPolicy) []string {
	characters := []string{}
	for _, class := range []struct {
		required bool
		name     string
	}{
		{p.RequireLowercase, "REQUIRES_LOWERCASE"},
		{p.RequireUppercase, "REQUIRES_UPPERCASE"},
		{p.RequireNumbers, "REQUIRES_NUMBERS"},
		{p.RequireSymbols, "REQUIRES_SYMBOLS"},
	} {
		if class.required {
			characters = append(characters, class.name)
		}
	}
	return characters
}

// rewriteAWSExports is AWSExports for a file that exists: like Amplify Gen 1 it
// keeps the members that are not ours, in their order, after ours. A file that
// holds more than Gen 1's frame and JSON is an error, because whatever else it
// holds would be lost.
func rewriteAWSExports(o Outputs, existing []byte) ([]byte, error) {
	members, err := parseAWSExports(existing)
	if err != nil {
		return nil, fmt.Errorf("aws-exports.js exists and is not in the form that Amplify and Gatehouse write, so its own keys cannot be kept; move it away first: %w", err)
	}
	return awsExportsWith(o, slices.DeleteFunc(members, func(m member) bool { return isOurAWSExportsKey(m.key) }))
}

// isOurAWSExportsKey tells keys that describe sign-in or hosting. They are
// replaced or, like the identity pool of an earlier life, dropped; those of other
// Amplify categories (aws_appsync_…) and people's own stay.
func isOurAWSExportsKey(key string) bool {
	for _, prefix := range []string{"aws_cognito_", "aws_user_pools_", "aws_content_delivery_"} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return slices.Contains([]string{"aws_project_region", "aws_mandatory_sign_in", "oauth", "federationTarget"}, key)
}

// parseAWSExports returns the members of the object in an aws-exports.js.
func parseAWSExports(file []byte) (object, error) {
	head, rest, found := bytes.Cut(file, []byte(awsExportsObject))
	if !found {
		return nil, fmt.Errorf("no %q", awsExportsObject)
	}
	for line := range bytes.Lines(head) {
		line = bytes.TrimSpace(line)
		isComment := bytes.HasPrefix(line, []byte("//")) || bytes.HasPrefix(line, []byte("/*")) && bytes.Index(line, []byte("*/")) == len(line)-2
		if len(line) > 0 && !isComment {
			return nil, fmt.Errorf("unexpected code before the object: %s", line)
		}
	}
	members, length, err := parseObject(rest)
	if err != nil {
		return nil, err
	}
	foot := strings.Join(strings.Fields(string(rest[length:])), " ")
	if foot != "; export default awsmobile;" {
		return nil, fmt.Errorf("unexpected code after the object: %s", foot)
	}
	return members, nil
}

// member is one member of a JSON object.
type member struct {
	key   string
	value any
}

// object is a JSON object whose members keep their order.
type object []member

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := encodeJSON(m.key, "")
		if err != nil {
			return nil, err
		}
		value, err := encodeJSON(m.value, "")
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// parseObject reads a JSON object at the start of data and returns its members,
// their values as they were written, and the object's length.
func parseObject(data []byte) (members object, length int64, err error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	start, err := dec.Token()
	if err != nil {
		return nil, 0, fmt.Errorf("reading the object: %w", err)
	}
	if start != json.Delim('{') {
		return nil, 0, errors.New("reading the object: it does not start with {")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, 0, fmt.Errorf("reading the object: %w", err)
		}
		name := key.(string) // the decoder allows nothing else as an object's key
		if slices.ContainsFunc(members, func(m member) bool { return m.key == name }) {
			return nil, 0, fmt.Errorf("reading the object: %q is there twice", name)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, 0, fmt.Errorf("reading %q: %w", name, err)
		}
		members = append(members, member{name, value})
	}
	if _, err := dec.Token(); err != nil {
		return nil, 0, fmt.Errorf("reading the object's end: %w", err)
	}
	return members, dec.InputOffset(), nil
}
