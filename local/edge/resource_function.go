package edge

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// maxFunctionCode is the largest function, in bytes. Source: the CloudFront
// developer guide, "Quotas on CloudFront Functions".
const maxFunctionCode = 10 << 10

// storedFunction is a function as it is stored.
type storedFunction struct {
	Name  string
	Token string `json:",omitempty"` // resource.Request.Token
	Code  string // the DEVELOPMENT stage
	Live  string // the LIVE stage; empty: never published
}

// functions holds every function under its name.
var functions = store.NewTable[storedFunction]("edge/functions")

// findFunction is the function that an ARN names.
func findFunction(tx *bbolt.Tx, arn string) (storedFunction, bool, error) {
	_, name, ok := strings.Cut(arn, ":function/")
	if !ok {
		return storedFunction{}, false, nil
	}
	return functions.Get(tx, name)
}

type functionProperties struct {
	Name           string
	FunctionCode   string
	AutoPublish    bool
	FunctionConfig struct {
		Comment, Runtime          string
		KeyValueStoreAssociations []struct{ KeyValueStoreARN string }
	}
	Tags []struct{ Key, Value string }
}

var functionName = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)

func parseFunction(p resource.Properties) (functionProperties, error) {
	var in functionProperties
	if err := resource.Decode(p, &in); err != nil {
		return in, err
	}
	if !resource.Resolved(p) {
		return in, nil
	}
	switch {
	case !functionName.MatchString(in.Name):
		return in, wire.BadRequest("InvalidArgument", "The parameter Name is invalid: %q", in.Name)
	case in.FunctionConfig.Runtime != "cloudfront-js-2.0":
		return in, wire.Unimplemented("the function runtime " + in.FunctionConfig.Runtime + "; use cloudfront-js-2.0")
	case len(in.FunctionConfig.KeyValueStoreAssociations) > 0:
		return in, wire.Unimplemented("key value stores")
	case len(in.FunctionCode) > maxFunctionCode:
		return in, &wire.Error{Status: 413, Code: "FunctionSizeLimitExceeded", Message: fmt.Sprintf("The function is too large: it has %d bytes, CloudFront takes %d.", len(in.FunctionCode), maxFunctionCode)}
	}
	_, err := compile(in.Name, in.FunctionCode)
	return in, err
}

type functionHandler struct{ s *Service }

// Validate implements resource.Validator.
func (h functionHandler) Validate(p resource.Properties) error {
	_, err := parseFunction(p)
	return err
}

// Create implements resource.Handler.
func (h functionHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	in, err := parseFunction(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	return h.save(in, func(tx *bbolt.Tx) (storedFunction, error) {
		if _, exists, err := functions.Get(tx, in.Name); err != nil || exists {
			return storedFunction{}, conflict(err, "FunctionAlreadyExists", "A function with the same name already exists in this Amazon Web Services account.")
		}
		return storedFunction{Name: in.Name, Token: r.Token}, nil
	})
}

// Update implements resource.Handler.
func (h functionHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	in, err := parseFunction(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	return h.save(in, func(tx *bbolt.Tx) (storedFunction, error) {
		f, found, err := functions.Get(tx, in.Name)
		if err == nil && !found {
			err = &wire.Error{Status: 404, Code: "NoSuchFunctionExists", Message: "The specified function does not exist."}
		}
		return f, err
	})
}

// save stores the code in the function that find returns, and publishes it if asked.
func (h functionHandler) save(in functionProperties, find func(*bbolt.Tx) (storedFunction, error)) (resource.Result, error) {
	stage := "DEVELOPMENT"
	err := h.s.change(func(tx *bbolt.Tx) error {
		f, err := find(tx)
		if err != nil {
			return err
		}
		f.Code = in.FunctionCode
		if in.AutoPublish {
			f.Live, stage = f.Code, "LIVE"
		}
		return functions.Put(tx, f.Name, f)
	})
	arn := h.s.functionARN(in.Name)
	return resource.Result{PhysicalID: arn, Attributes: map[string]any{
		"FunctionARN": arn, "FunctionMetadata.FunctionARN": arn, "Stage": stage,
	}}, err
}

// Delete implements resource.Handler.
func (h functionHandler) Delete(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error {
		f, found, err := findFunction(tx, r.PhysicalID)
		if err != nil || !found {
			return err
		}
		if err := refuseInUse(tx, "FunctionInUse", "Cannot delete the function because it's attached to one or more cache behaviors.",
			anyBehavior(func(b behavior) bool {
				for _, a := range b.FunctionAssociations {
					if a.FunctionARN == r.PhysicalID {
						return true
					}
				}
				return false
			})); err != nil {
			return err
		}
		return functions.Delete(tx, f.Name)
	})
}

// Recover implements resource.Recoverer.
func (h functionHandler) Recover(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error {
		return deleteByToken(tx, functions, r.Token, func(f storedFunction) string { return f.Token })
	})
}

func (s *Service) functionARN(name string) string {
	return fmt.Sprintf("arn:aws:cloudfront::%s:function/%s", s.Account, name)
}

// conflict is err, or the refusal of a name that is taken when there is none.
func conflict(err error, code, message string) error {
	if err != nil {
		return err
	}
	return &wire.Error{Status: 409, Code: code, Message: message}
}
