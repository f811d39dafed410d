// Package recorded has the resource types that mean nothing in the local cloud:
// roles, keys, log groups, functions that nobody runs. A template may declare
// them; they are checked, listed and given identifiers in AWS's form, and that is
// all. Every type here is marked as recorded, so that tools can say so.
//
// Properties, what replaces a resource, required properties and attributes are
// those of the CloudFormation registry schemas, as the CDK command line 2.1148.1
// carries them. See DIFFERENCES.md.
package recorded

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// Types are the recorded resource types.
func Types() []resource.Type {
	types := make([]resource.Type, 0, len(schemas))
	for _, s := range schemas {
		types = append(types, resource.Type{
			Name: s.name, Properties: s.properties, CreateOnly: s.createOnly, Attributes: s.attributes,
			Recorded: true, Handler: handler{s},
		})
	}
	return types
}

// schema is what is known of a type.
type schema struct {
	name                 string
	properties, required []string
	createOnly           []string
	attributes           []string
	// physicalID makes up the value of Ref for a new resource.
	physicalID func(r request) string
	// values are the attributes of the resource with that physical id.
	values func(r request, id string) map[string]any
}

// handler records resources of one type. It keeps nothing: what it made up it can
// make up again, and there is nothing to leave behind.
type handler struct{ schema schema }

// Validate implements [resource.Validator].
func (h handler) Validate(p resource.Properties) error {
	for _, name := range h.schema.required {
		if _, ok := p[name]; !ok {
			return wire.BadRequest("ValidationError", "required key [%s] not found", name)
		}
	}
	return nil
}

// Create implements [resource.Handler].
func (h handler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	return h.result(r, h.schema.physicalID(request{r})), nil
}

// Update implements [resource.Handler]. Identifiers stay.
func (h handler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	return h.result(r, r.PhysicalID), nil
}

// Delete implements [resource.Handler].
func (handler) Delete(context.Context, resource.Request) error { return nil }

func (h handler) result(r resource.Request, id string) resource.Result {
	return resource.Result{PhysicalID: id, Attributes: h.schema.values(request{r}, id)}
}

// request is a resource.Request that knows how AWS forms identifiers.
type request struct{ resource.Request }

// named is the property's value, or a name that AWS would generate, of at most
// limit characters: <stack>-<logical id>-<random>.
func (r request) named(property string, limit int) string {
	if name, ok := r.Properties[property].(string); ok {
		return name
	}
	suffix := "-" + letters(12, r.StackID, r.LogicalID, r.Token)
	name := r.StackName + "-" + r.LogicalID
	return name[:min(len(name), limit-len(suffix))] + suffix
}

// arn is an ARN in the account; global services have no Region in theirs.
func (r request) arn(service, region, resource string) string {
	return "arn:" + r.partition() + ":" + service + ":" + region + ":" + r.Account + ":" + resource
}

func (r request) partition() string {
	switch {
	case strings.HasPrefix(r.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(r.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// letters derives n upper-case letters and digits from what they stand for.
func letters(n int, of ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	return base32.StdEncoding.EncodeToString(sum[:])[:n]
}

// uuid derives an identifier in the form of a UUID from what it stands for.
func uuid(of ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
