package ssm

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// Resources are the resource types of the Parameter Store.
func (s *Service) Resources() []resource.Type {
	return []resource.Type{{
		Name:       "AWS::SSM::Parameter",
		Properties: []string{"Name", "Type", "Value", "Description", "Tags", "Tier", "AllowedPattern", "DataType"},
		CreateOnly: []string{"Name"},
		Attributes: []string{"Arn", "Type", "Value"},
		Handler:    handler{s},
	}}
}

// handler carries out AWS::SSM::Parameter.
type handler struct{ s *Service }

// What a name may be. Source: AWS documentation, PutParameter.
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)

const maxName = 1011 // characters

// Validate implements [resource.Validator].
func (handler) Validate(p resource.Properties) error {
	kind, _ := p["Type"].(string)
	value := valueOf(p)
	switch {
	case kind == "SecureString":
		return wire.BadRequest("ValidationError", "AWS::SSM::Parameter cannot have the type SecureString")
	case kind != "String" && kind != "StringList":
		return wire.BadRequest("ValidationError", "Type must be String or StringList")
	case value == "":
		return wire.BadRequest("ValidationError", "Value must be a string that is not empty")
	case value == resource.KnownAfterApply:
		return nil
	}
	if pattern, ok := p["AllowedPattern"].(string); ok {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return wire.Unimplemented("the AllowedPattern " + pattern + " (" + err.Error() + ")")
		}
		if !re.MatchString(value) {
			return wire.BadRequest("ParameterPatternMismatchException", "Parameter value, %s, does not match allowed pattern: %s", value, pattern)
		}
	}
	if name, ok := p["Name"].(string); ok && name != resource.KnownAfterApply {
		return checkName(name)
	}
	if dataType, ok := p["DataType"]; ok && dataType != "text" {
		return wire.Unimplemented(fmt.Sprintf("the DataType %v", dataType))
	}
	return nil
}

// valueOf is the property Value as text; empty when it is none.
func valueOf(p resource.Properties) string {
	switch v := p["Value"].(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func checkName(name string) error {
	first := strings.ToLower(strings.TrimPrefix(name, "/"))
	if !namePattern.MatchString(name) || len(name) > maxName || strings.HasPrefix(first, "aws") || strings.HasPrefix(first, "ssm") {
		return wire.BadRequest("ValidationException", "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive), and can only contain letters, numbers and the symbols _.-/: %s", name)
	}
	return nil
}

// Create implements [resource.Handler].
func (h handler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	p := parameter{Name: r.LogicalID, Token: r.Token}
	if name, ok := r.Properties["Name"].(string); ok {
		p.Name = name
	} else {
		p.Name = "CFN-" + r.LogicalID + "-" + suffix(r.StackID, r.LogicalID, r.Token)
	}
	return h.put(p.Name, r, func(old parameter, exists bool) (parameter, error) {
		if exists {
			return p, wire.BadRequest("AlreadyExists", "%s already exists.", p.Name)
		}
		return p, nil
	})
}

// suffix makes a generated name unique, from what makes the attempt unique.
func suffix(of ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	return base32.StdEncoding.EncodeToString(sum[:])[:12]
}

// Update implements [resource.Handler].
func (h handler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	return h.put(r.PhysicalID, r, func(old parameter, exists bool) (parameter, error) {
		if !exists {
			return old, wire.BadRequest("NotFound", "Parameter %s not found.", r.PhysicalID)
		}
		return old, nil
	})
}

// put stores what base makes of the parameter that is there, with the properties
// of the request.
func (h handler) put(name string, r resource.Request, base func(old parameter, exists bool) (parameter, error)) (resource.Result, error) {
	var p parameter
	err := h.s.db.Update(func(tx *bbolt.Tx) error {
		old, exists, err := parameters.Get(tx, name)
		if err != nil {
			return err
		}
		if p, err = base(old, exists); err != nil {
			return err
		}
		p.Type, _ = r.Properties["Type"].(string) // Validate has seen to it
		p.Value = valueOf(r.Properties)
		p.Tags, p.Modified = r.Tags, h.s.now().UTC()
		p.Version++
		return parameters.Put(tx, name, p)
	})
	return resource.Result{PhysicalID: name, Attributes: map[string]any{
		"Arn":  "arn:aws:ssm:" + r.Region + ":" + r.Account + ":parameter/" + strings.TrimPrefix(name, "/"),
		"Type": p.Type, "Value": p.Value,
	}}, err
}

// Delete implements [resource.Handler].
func (h handler) Delete(_ context.Context, r resource.Request) error {
	return h.s.db.Update(func(tx *bbolt.Tx) error { return parameters.Delete(tx, r.PhysicalID) })
}

// Recover implements [resource.Recoverer]: it removes the parameter that the
// attempt made.
func (h handler) Recover(_ context.Context, r resource.Request) error {
	return h.s.db.Update(func(tx *bbolt.Tx) error {
		made := ""
		err := parameters.Each(tx, "", func(name string, p parameter) error {
			if p.Token == r.Token {
				made = name
			}
			return nil
		})
		if err != nil || made == "" {
			return err
		}
		return parameters.Delete(tx, made)
	})
}
