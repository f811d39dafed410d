package cloudformation

import (
	"strings"

	"gatehouse/local/wire"
)

// scope is everything that a function in a template can refer to, for one stack
// at one moment. The engine makes one for planning, where ids of resources still
// to be created are [unknown], and one for carrying the plan out.
type scope struct {
	template   *template
	pseudo     map[string]any // AWS::Region and the like
	parameters map[string]any
	conditions map[string]bool

	// resource gives the values of a resource for Ref and Fn::GetAtt.
	resource func(logicalID string) (resourceValues, error)
	// export gives the value of another stack's export.
	export func(name string) (string, error)
	// storedParameter gives a value of the Parameter Store, by name or name:version.
	storedParameter func(name string) (string, error)
}

// resourceValues is what a template can learn from a resource.
type resourceValues struct {
	Ref        any
	Attributes map[string]any
	// Unknown: the resource is not there yet; whatever is asked of it is unknown.
	Unknown bool
}

// partition and suffix are the AWS partition of a Region and its DNS suffix.
func partition(region string) (name, suffix string) {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov", "amazonaws.com"
	}
	return "aws", "amazonaws.com"
}

// pseudoParameters are the values that every template can refer to.
func (s *Service) pseudoParameters(stack *stack) map[string]any {
	name, suffix := partition(s.config.Region)
	arns := []any{}
	for _, arn := range stack.NotificationARNs {
		arns = append(arns, arn)
	}
	return map[string]any{
		"AWS::AccountId":        s.config.Account,
		"AWS::NotificationARNs": arns,
		"AWS::NoValue":          absent{},
		"AWS::Partition":        name,
		"AWS::Region":           s.config.Region,
		"AWS::StackId":          stack.ID,
		"AWS::StackName":        stack.Name,
		"AWS::URLSuffix":        suffix,
	}
}

// ref is the value of Ref.
func (s *scope) ref(name string) (any, error) {
	if value, ok := s.pseudo[name]; ok {
		return value, nil
	}
	if value, ok := s.parameters[name]; ok {
		return value, nil
	}
	if s.resource == nil {
		return nil, invalid("Template format error: Unresolved dependencies [%s]. Cannot reference resources in the Conditions block of the template", name)
	}
	values, err := s.resource(name)
	switch {
	case err != nil:
		return nil, err
	case values.Unknown:
		return unknown{}, nil
	}
	return values.Ref, nil
}

// attribute is the value of Fn::GetAtt.
func (s *scope) attribute(id, name string) (any, error) {
	if s.resource == nil {
		return nil, invalid("Template format error: Unresolved dependencies [%s]. Cannot reference resources in the Conditions block of the template", id)
	}
	values, err := s.resource(id)
	switch {
	case err != nil:
		return nil, err
	case values.Unknown:
		return unknown{}, nil
	}
	value, ok := values.Attributes[name]
	if !ok {
		return nil, invalid("Template error: resource %s does not support attribute type %s in Fn::GetAtt", id, name)
	}
	return value, nil
}

// refuseReference words the refusal of a dynamic reference that is not supported.
func refuseReference(reference string) error {
	return wire.Unimplemented("the dynamic reference " + reference)
}
