package cloudformation

import (
	"context"
	"slices"
	"time"

	"gatehouse/local/wire"
)

type changeSetInput struct {
	ChangeSetName, StackName string
}

type describeChangeSetInput struct {
	ChangeSetName, StackName string
	IncludePropertyValues    bool
	NextToken                *string
}

type changeSetDescription struct {
	ChangeSetName, ChangeSetId string
	StackId, StackName         string
	Description                string
	Parameters                 []parameterDescription
	CreationTime               time.Time
	ExecutionStatus            string
	Status, StatusReason       string
	NotificationARNs           []string
	RollbackConfiguration      struct{}
	Capabilities               []string
	Tags                       []tag
	Changes                    []changeDescription
	IncludeNestedStacks        bool
	OnStackFailure             string
}

type changeDescription struct {
	Type           string
	ResourceChange resourceChange
}

type resourceChange struct {
	PolicyAction       string
	Action             string
	LogicalResourceId  string
	PhysicalResourceId string
	ResourceType       string
	Replacement        string
	Scope              []string
	Details            []resourceChangeDetail
	BeforeContext      string
	AfterContext       string
}

type resourceChangeDetail struct {
	Target        resourceTarget
	Evaluation    string
	ChangeSource  string
	CausingEntity string
}

type resourceTarget struct {
	Attribute           string
	Name                string
	RequiresRecreation  string
	Path                string
	BeforeValue         *string
	AfterValue          *string
	AttributeChangeType string
}

// describeChangeSet is the DescribeChangeSet operation. Every change is on its
// one page.
func (s *Service) describeChangeSet(_ context.Context, in describeChangeSetInput) (out changeSetDescription, err error) {
	if in.NextToken != nil {
		return out, errNextToken
	}
	c, err := s.changeSetExisting(in.ChangeSetName, in.StackName)
	if err != nil {
		return out, err
	}
	out = changeSetDescription{
		ChangeSetName: c.Name, ChangeSetId: c.ID, StackId: c.StackID, StackName: c.StackName, Description: c.Description,
		Parameters: describeParameters(c.Target.Parameters), CreationTime: c.CreationTime, ExecutionStatus: c.ExecutionStatus,
		Status: c.Status, StatusReason: c.StatusReason, NotificationARNs: []string{}, Capabilities: list(c.Target.Capabilities),
		Tags: c.Target.Tags, Changes: []changeDescription{}, IncludeNestedStacks: c.IncludeNestedStacks, OnStackFailure: c.OnStackFailure,
	}
	for _, change := range c.Changes {
		if described, ok := change.describe(in.IncludePropertyValues); ok {
			out.Changes = append(out.Changes, changeDescription{"Resource", described})
		}
	}
	return out, nil
}

// describe is the change as the API shows it. With values, changes that are only
// possible are left out, and a Modify that consists of nothing else with them.
func (p plannedChange) describe(values bool) (resourceChange, bool) {
	c := resourceChange{
		PolicyAction: p.PolicyAction, Action: p.Action, LogicalResourceId: p.LogicalID, PhysicalResourceId: p.PhysicalID,
		ResourceType: p.Type, Replacement: p.Replacement, Scope: []string{}, Details: []resourceChangeDetail{},
	}
	if values {
		c.BeforeContext, c.AfterContext = p.Before, p.After
	}
	for _, d := range p.Details {
		if values && d.isPossible() {
			continue
		}
		if !slices.Contains(c.Scope, d.Attribute) {
			c.Scope = append(c.Scope, d.Attribute)
		}
		c.Details = append(c.Details, d.describe(values))
	}
	return c, p.Action != actionModify || len(c.Details) > 0
}

func (d plannedDetail) describe(values bool) resourceChangeDetail {
	detail := resourceChangeDetail{
		Target:     resourceTarget{Attribute: d.Attribute, Name: d.Name, RequiresRecreation: d.RequiresRecreation},
		Evaluation: d.Evaluation, ChangeSource: d.Source, CausingEntity: d.Cause,
	}
	if values {
		detail.Target.Path = "/" + d.Attribute
		if d.Name != "" {
			detail.Target.Path += "/" + d.Name
		}
		detail.Target.BeforeValue, detail.Target.AfterValue, detail.Target.AttributeChangeType = d.Before, d.After, d.ChangeType
	}
	return detail
}

// list makes a nil list an empty one, which XML answers show.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// errNextToken refuses a page that no answer has offered.
var errNextToken = wire.BadRequest("ValidationError", "NextToken is invalid.")

type changeSetSummary struct {
	StackId, StackName         string
	ChangeSetId, ChangeSetName string
	ExecutionStatus            string
	Status, StatusReason       string
	CreationTime               time.Time
	Description                string
	IncludeNestedStacks        bool
}

type listChangeSetsInput struct {
	StackName string
	NextToken *string
}

type listChangeSetsOutput struct {
	Summaries []changeSetSummary
}

// listChangeSets is the ListChangeSets operation.
func (s *Service) listChangeSets(_ context.Context, in listChangeSetsInput) (out listChangeSetsOutput, err error) {
	if in.NextToken != nil {
		return out, errNextToken
	}
	st, err := s.existing(in.StackName)
	if err != nil {
		return out, err
	}
	out.Summaries = []changeSetSummary{}
	err = s.readChangeSets(st.ID, func(c changeSet) {
		if c.ExecutionStatus == executionComplete {
			return // AWS lists what can still be done
		}
		out.Summaries = append(out.Summaries, changeSetSummary{
			c.StackID, c.StackName, c.ID, c.Name, c.ExecutionStatus, c.Status, c.StatusReason, c.CreationTime, c.Description, c.IncludeNestedStacks,
		})
	})
	return out, err
}
