// Package ssm is the part of the AWS Systems Manager Parameter Store that the CDK
// and its templates use: parameters of the types String and StringList, which
// stacks declare and anybody reads.
//
// It keeps the latest version of a parameter, and no SecureStrings. What else the
// Parameter Store does is refused; see DIFFERENCES.md.
package ssm

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// Service is the Parameter Store.
type Service struct {
	db   *bbolt.DB
	now  func() time.Time
	json wire.JSONService
}

// parameter is one parameter, as it is stored.
type parameter struct {
	Name     string
	Type     string // String or StringList
	Value    string
	Version  int
	Modified time.Time
	Token    string // of the attempt that created it: see resource.Request
	Tags     map[string]string
}

var parameters = store.NewTable[parameter]("ssm/parameters")

// New makes the service.
func New(db *bbolt.DB, now func() time.Time) *Service {
	s := &Service{db: db, now: now}
	s.json = wire.JSONService{Target: "AmazonSSM", Actions: map[string]wire.Action{
		"GetParameter":  wire.JSON(s.getParameter),
		"GetParameters": wire.JSON(s.getParameters),
	}}
	return s
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.json.ServeHTTP(w, r) }

// Value is the value of the parameter called name, or name:version for a certain
// version.
func (s *Service) Value(_ context.Context, name string) (string, error) {
	p, err := s.find(name)
	return p.Value, err
}

// find returns the parameter that a selector names. The error is ParameterNotFound
// or ParameterVersionNotFound.
func (s *Service) find(selector string) (p parameter, err error) {
	name, version, hasVersion := strings.Cut(selector, ":")
	found := false
	err = s.db.View(func(tx *bbolt.Tx) error {
		p, found, err = parameters.Get(tx, name)
		return err
	})
	switch {
	case err != nil:
		return p, err
	case !found:
		return p, wire.BadRequest("ParameterNotFound", "Parameter %s not found.", name)
	case hasVersion && version != strconv.Itoa(p.Version):
		return p, wire.BadRequest("ParameterVersionNotFound", "Systems Manager could not find version %s of %s.", version, name)
	}
	return p, nil
}

// parameterDescription is a parameter in an answer.
type parameterDescription struct {
	ARN              string `json:",omitempty"`
	DataType         string
	LastModifiedDate float64 // seconds since 1970
	Name             string
	Selector         string `json:",omitempty"`
	Type             string
	Value            string
	Version          int
}

func (p parameter) describe(selector string) parameterDescription {
	d := parameterDescription{
		DataType: "text", LastModifiedDate: float64(p.Modified.UnixMilli()) / 1000, Name: p.Name, Type: p.Type, Value: p.Value, Version: p.Version,
	}
	if _, version, ok := strings.Cut(selector, ":"); ok {
		d.Selector = ":" + version
	}
	return d
}

type getParameterInput struct {
	Name           string
	WithDecryption bool
}

type getParameterOutput struct {
	Parameter parameterDescription
}

// getParameter is the GetParameter operation.
func (s *Service) getParameter(_ context.Context, in getParameterInput) (out getParameterOutput, err error) {
	p, err := s.find(in.Name)
	return getParameterOutput{p.describe(in.Name)}, err
}

type getParametersInput struct {
	Names          []string
	WithDecryption bool
}

type getParametersOutput struct {
	Parameters        []parameterDescription
	InvalidParameters []string
}

// getParameters is the GetParameters operation. Names that are not found are
// listed, not refused.
func (s *Service) getParameters(_ context.Context, in getParametersInput) (out getParametersOutput, err error) {
	if len(in.Names) == 0 || len(in.Names) > 10 {
		return out, wire.BadRequest("ValidationException", "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10")
	}
	out = getParametersOutput{[]parameterDescription{}, []string{}}
	for _, name := range in.Names {
		p, err := s.find(name)
		if e := wire.AsError(err); err != nil && e.Code != "ParameterNotFound" && e.Code != "ParameterVersionNotFound" {
			return out, err
		} else if err != nil {
			out.InvalidParameters = append(out.InvalidParameters, name)
			continue
		}
		out.Parameters = append(out.Parameters, p.describe(name))
	}
	return out, nil
}
