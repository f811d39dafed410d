package cloudformation

import (
	"context"
	"maps"
	"slices"

	"gatehouse/local/wire"
)

type getTemplateInput struct {
	StackName, ChangeSetName string
	TemplateStage            string
}

type getTemplateOutput struct {
	TemplateBody    string
	StagesAvailable []string
}

// getTemplate is the GetTemplate operation. Without macros, the processed template
// is the original.
func (s *Service) getTemplate(_ context.Context, in getTemplateInput) (out getTemplateOutput, err error) {
	out.StagesAvailable = []string{"Original", "Processed"}
	if in.TemplateStage != "" && !slices.Contains(out.StagesAvailable, in.TemplateStage) {
		return out, invalid("1 validation error detected: Value '%s' at 'templateStage' failed to satisfy constraint: Member must satisfy enum value set: [Original, Processed]", in.TemplateStage)
	}
	if in.ChangeSetName != "" {
		c, err := s.changeSetExisting(in.ChangeSetName, in.StackName)
		out.TemplateBody = c.Target.Template
		return out, err
	}
	st, found, err := s.stackNamed(in.StackName)
	if err == nil && !found {
		err = invalid("Stack with id %s does not exist", in.StackName)
	}
	out.TemplateBody = st.Live.Template
	return out, err
}

type templateInput struct {
	TemplateBody, TemplateURL *string
}

type validateTemplateOutput struct {
	Description        string
	Capabilities       []string
	CapabilitiesReason string
	Parameters         []templateParameter
}

type templateParameter struct {
	ParameterKey string
	DefaultValue *string
	NoEcho       bool
	Description  string
}

// validateTemplate is the ValidateTemplate operation.
func (s *Service) validateTemplate(ctx context.Context, in templateInput) (out validateTemplateOutput, err error) {
	t, err := s.namedTemplate(ctx, deploymentInput{TemplateBody: in.TemplateBody, TemplateURL: in.TemplateURL}, stack{})
	if err != nil {
		return out, err
	}
	if err := s.check(t); err != nil {
		return out, err
	}
	out.Description = t.Description
	out.Capabilities, out.CapabilitiesReason = t.capabilities()
	out.Parameters = []templateParameter{}
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		p := t.Parameters[name]
		out.Parameters = append(out.Parameters, templateParameter{name, p.Default, p.NoEcho, p.Description})
	}
	return out, nil
}

// namedTemplate reads the template that a request names.
func (s *Service) namedTemplate(ctx context.Context, in deploymentInput, st stack) (*template, error) {
	body, err := s.templateBody(ctx, in, &st)
	if err != nil {
		return nil, err
	}
	return parseTemplate(body)
}

// capabilities lists what a caller has to acknowledge, and why.
func (t *template) capabilities() (required []string, reason string) {
	if c := t.requiredCapability(); c != "" {
		return []string{c}, "The template contains IAM resources."
	}
	return nil, ""
}

type getTemplateSummaryInput struct {
	TemplateBody, TemplateURL *string
	StackName                 string
	TemplateSummaryConfig     struct {
		TreatUnrecognizedResourceTypesAsWarnings bool
	}
}

type getTemplateSummaryOutput struct {
	Description        string
	Capabilities       []string
	CapabilitiesReason string
	ResourceTypes      []string
	Parameters         []parameterSummary
	Metadata           string
	Version            string
}

type parameterSummary struct {
	ParameterKey         string
	DefaultValue         *string
	ParameterType        string
	NoEcho               bool
	Description          string
	ParameterConstraints struct{ AllowedValues []string }
}

// getTemplateSummary is the GetTemplateSummary operation.
func (s *Service) getTemplateSummary(ctx context.Context, in getTemplateSummaryInput) (out getTemplateSummaryOutput, err error) {
	if in.TemplateSummaryConfig.TreatUnrecognizedResourceTypesAsWarnings {
		return out, wire.Unimplemented("the input member TreatUnrecognizedResourceTypesAsWarnings")
	}
	source, st := deploymentInput{TemplateBody: in.TemplateBody, TemplateURL: in.TemplateURL}, stack{}
	if in.StackName != "" {
		if in.TemplateBody != nil || in.TemplateURL != nil {
			return out, invalid("StackName cannot be specified together with a template.")
		}
		if st, err = s.existing(in.StackName); err != nil {
			return out, err
		}
		source.TemplateBody = &st.Live.Template
	}
	t, err := s.namedTemplate(ctx, source, st)
	if err != nil {
		return out, err
	}
	out.Description, out.Version = t.Description, "2010-09-09"
	out.Capabilities, out.CapabilitiesReason = t.capabilities()
	if t.Metadata != nil {
		out.Metadata = text(t.Metadata)
	}
	types := map[string]bool{}
	for _, r := range t.Resources {
		types[r.Type] = true
	}
	out.ResourceTypes = slices.Sorted(maps.Keys(types))
	out.Parameters = []parameterSummary{}
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		p := t.Parameters[name]
		summary := parameterSummary{ParameterKey: name, DefaultValue: p.Default, ParameterType: p.Type, NoEcho: p.NoEcho, Description: p.Description}
		summary.ParameterConstraints.AllowedValues = p.constraints.AllowedValues
		out.Parameters = append(out.Parameters, summary)
	}
	return out, nil
}
