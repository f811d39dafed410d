package cognito

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/local/wire"
)

// attributeType is an attribute on the wire. Values are always strings.
type attributeType struct {
	Name  string
	Value string `json:",omitempty"`
}

// schema is what a pool knows of its attributes, by name ("custom:tier").
type schema map[string]attribute

// attribute is one attribute's rules.
type attribute struct {
	Type                 string // String, Number, DateTime or Boolean
	Required, Mutable    bool
	MinLength, MaxLength *int `json:",omitempty"` // characters, String only
	MinValue, MaxValue   *int `json:",omitempty"` // Number only
}

// standardAttributes are what every pool has besides sub, from OpenID Connect.
// Their types and lengths are those that DescribeUserPool shows for a new pool.
func standardAttributes() schema {
	s := schema{
		"birthdate":             {Type: "String", MinLength: new(10), MaxLength: new(10)},
		"email_verified":        {Type: "Boolean"},
		"phone_number_verified": {Type: "Boolean"},
		"updated_at":            {Type: "Number", MinValue: new(0)},
	}
	for _, name := range []string{
		"address", "email", "family_name", "gender", "given_name", "locale", "middle_name", "name",
		"nickname", "phone_number", "picture", "preferred_username", "profile", "website", "zoneinfo",
	} {
		s[name] = attribute{Type: "String", MinLength: new(0), MaxLength: new(2048)}
	}
	for name, a := range s {
		a.Mutable = true
		s[name] = a
	}
	return s
}

// serviceAttributes are written by Cognito alone.
var serviceAttributes = []string{"sub", "email_verified", "phone_number_verified"}

// check returns what is wrong with value, in words, or "".
func (a attribute) check(value string) string {
	switch a.Type {
	case "Number":
		n, err := strconv.Atoi(value)
		switch {
		case err != nil:
			return "The attribute value is not a number"
		case a.MinValue != nil && n < *a.MinValue:
			return fmt.Sprintf("Number must be no less than %d", *a.MinValue)
		case a.MaxValue != nil && n > *a.MaxValue:
			return fmt.Sprintf("Number must be no greater than %d", *a.MaxValue)
		}
	case "Boolean":
		if value != "true" && value != "false" {
			return "The attribute value is not a boolean"
		}
	case "DateTime":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return "The attribute value is not a date and time"
		}
	default:
		length := utf8.RuneCountInString(value)
		if a.MinLength != nil && length < *a.MinLength {
			return fmt.Sprintf("String must be no shorter than %d characters", *a.MinLength)
		}
		if a.MaxLength != nil && length > *a.MaxLength {
			return fmt.Sprintf("String must be no longer than %d characters", *a.MaxLength)
		}
	}
	return ""
}

var (
	emailPattern = regexp.MustCompile(`^[^\s@<>()",;:\\]+@[^\s@<>()",;:\\.]+(\.[^\s@<>()",;:\\.]+)+$`)
	phonePattern = regexp.MustCompile(`^\+[1-9]\d{1,14}$`)
)

func isEmail(s string) bool { return emailPattern.MatchString(s) }

// problems collects what does not conform to a schema, a line each.
type problems []string

func (p *problems) add(attribute, problem string) { *p = append(*p, attribute+": "+problem+"\n") }

// err is AWS's error for the problems; the line breaks are AWS's too.
func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return wire.BadRequest("InvalidParameterException", "Attributes did not conform to the schema: %s", strings.Join(p, ""))
}

// accept checks attributes that a user wants to have. On sign-up before is nil:
// required attributes must be there and immutable ones may be set. An empty value
// deletes an attribute. It returns what the user then has.
func (p *pool) accept(c *client, before map[string]string, wanted []attributeType) (map[string]string, error) {
	after := map[string]string{}
	maps.Copy(after, before)
	var bad problems
	for _, w := range wanted {
		a, known := p.Schema[w.Name]
		if !known && w.Name != "sub" {
			bad.add(w.Name, "Attribute does not exist in the schema.")
			continue
		}
		if !c.mayWrite(w.Name) {
			return nil, errUnauthorizedWrite
		}
		if before != nil && !a.Mutable {
			return nil, invalid("user.%s: Attribute cannot be updated.\n", w.Name)
		}
		if w.Value == "" {
			delete(after, w.Name)
			continue
		}
		if w.Name == "email" && !isEmail(w.Value) {
			return nil, errEmailFormat
		}
		if w.Name == "phone_number" && !phonePattern.MatchString(w.Value) {
			return nil, errPhoneFormat
		}
		if problem := a.check(w.Value); problem != "" {
			bad.add(w.Name, problem)
		}
		after[w.Name] = w.Value
	}
	for _, name := range slices.Sorted(maps.Keys(p.Schema)) {
		if p.Schema[name].Required && after[name] == "" {
			if name == "name" {
				name = "name.formatted"
			}
			bad.add(name, "The attribute is required")
		}
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	return after, nil
}

// readable are the attributes of u that c may read, sub first, as the API lists them.
func (c *client) readable(u user) []attributeType {
	all := []attributeType{{"sub", u.Sub}}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		if c.mayRead(name) {
			all = append(all, attributeType{name, u.Attributes[name]})
		}
	}
	return all
}

// mayRead tells whether the client may read an attribute. Without ReadAttributes
// it may read all.
func (c *client) mayRead(name string) bool {
	return c.Read == nil || slices.Contains(c.Read, name)
}

// mayWrite tells whether the client may write an attribute. Without
// WriteAttributes it may write all that Cognito does not write itself.
func (c *client) mayWrite(name string) bool {
	return !slices.Contains(serviceAttributes, name) && (c.Write == nil || slices.Contains(c.Write, name))
}
