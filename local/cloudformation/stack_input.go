package cloudformation

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"gatehouse/local/wire"
)

// deploymentInput are the members by which a request describes a deployment.
type deploymentInput struct {
	TemplateBody, TemplateURL *string
	UsePreviousTemplate       bool
	Parameters                []parameterInput
	Tags                      []tag // nil: those of the stack so far
	Capabilities              []string
	RoleARN                   string
	NotificationARNs          []string
	DeploymentConfig          deploymentConfig
}

// deploymentConfig says how soon a caller wants to hear of success; the local
// cloud finishes before it answers in either mode.
type deploymentConfig struct {
	Mode            string // STANDARD or EXPRESS
	DisableRollback bool
}

// maxTemplateBody and maxTemplate are CloudFormation's limits for a template in a
// request and for one in S3, in bytes. Source: AWS documentation, "CloudFormation quotas".
const (
	maxTemplateBody = 51_200
	maxTemplate     = 1_048_576
)

// templateBody is the template that the request names.
func (s *Service) templateBody(ctx context.Context, in deploymentInput, st *stack) (string, error) {
	given := 0
	for _, is := range []bool{in.TemplateBody != nil, in.TemplateURL != nil, in.UsePreviousTemplate} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return "", invalid("You cannot specify more than one of TemplateBody, TemplateURL and UsePreviousTemplate.")
	case in.UsePreviousTemplate && st.Succeeded:
		return st.Live.Template, nil
	case in.TemplateURL != nil:
		body, err := s.config.Template(ctx, *in.TemplateURL)
		if err != nil {
			return "", invalid("S3 error: %s", messageOf(err))
		}
		if len(body) > maxTemplate {
			return "", invalid("Template may not exceed %d bytes in size.", maxTemplate)
		}
		return string(body), nil
	case in.TemplateBody == nil:
		return "", invalid("Either Template URL or Template Body must be specified.")
	case len(*in.TemplateBody) > maxTemplateBody:
		return "", invalid("1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to %d", maxTemplateBody)
	}
	return *in.TemplateBody, nil
}

// proposal is a deployment that a request asks for, checked as far as that can be
// done before it begins.
type proposal struct {
	blueprint *blueprint
	planned   []plannedChange
	changes   bool // it would change a resource or an output
}

// propose works out what the request asks the stack to be.
func (s *Service) propose(ctx context.Context, in deploymentInput, st *stack) (p proposal, err error) {
	if len(in.NotificationARNs) > 0 {
		return p, wire.Unimplemented("the input member NotificationARNs")
	}
	if mode := in.DeploymentConfig.Mode; mode != "" && mode != "STANDARD" && mode != "EXPRESS" {
		return p, invalid("1 validation error detected: Value '%s' at 'deploymentConfig.mode' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]", mode)
	}
	body, err := s.templateBody(ctx, in, st)
	if err != nil {
		return p, err
	}
	t, err := parseTemplate(body)
	if err != nil {
		return p, err
	}
	parameters, err := s.bindParameters(ctx, t, in.Parameters, st.Live.Parameters)
	if err != nil {
		return p, err
	}
	if err := t.checkCapabilities(in.Capabilities); err != nil {
		return p, err
	}
	tags := in.Tags
	if tags == nil {
		tags = st.Live.Tags
	}
	if err := checkTags(tags); err != nil {
		return p, err
	}
	if p.blueprint, err = s.draw(ctx, st, deployment{
		Template: body, Parameters: parameters, Tags: tags, Capabilities: in.Capabilities, RoleARN: in.RoleARN,
	}); err != nil {
		return p, err
	}
	if p.planned, err = s.plan(p.blueprint, st); err != nil {
		return p, err
	}
	p.changes, err = p.blueprint.changes(p.planned, st)
	return p, err
}

// checkTags reports tags that AWS refuses.
func checkTags(tags []tag) error {
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || len(t.Key) > 128 || len(t.Value) > 256:
			return invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: a tag's key has 1 to 128 characters and its value up to 256")
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:") && !strings.HasPrefix(t.Key, "aws:cloudformation:"):
			return invalid("Tag keys cannot start with aws: (%s)", t.Key)
		case seen[t.Key]:
			return invalid("Duplicate tag keys found: %s", t.Key)
		}
		seen[t.Key] = true
	}
	return nil
}

var stackNamePattern = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

// checkName reports a name that no stack or change set can have.
func checkName(member, name string) error {
	if !stackNamePattern.MatchString(name) {
		return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", name, member)
	}
	return nil
}

func isARN(s string) bool { return strings.HasPrefix(s, "arn:") }

// updatable are the statuses from which a stack can be updated.
var updatable = []string{createComplete, updateComplete, updateRollbackComplete}

// checkUpdatable reports that the stack's status does not let it be updated.
func checkUpdatable(st stack, disableRollback bool) error {
	stopped := st.Status == createFailed || st.Status == updateFailed
	switch {
	case slices.Contains(updatable, st.Status), stopped && disableRollback:
		return nil
	case stopped:
		return invalid("This stack is currently in a non-terminal [%s] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API", st.Status)
	}
	return notNow(st, "updated")
}

func notNow(st stack, what string) error {
	return invalid("Stack:%s is in %s state and can not be %s.", st.ID, st.Status, what)
}
