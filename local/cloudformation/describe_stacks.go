package cloudformation

import (
	"context"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

type describeStacksInput struct {
	StackName *string
	NextToken *string
}

type describeStacksOutput struct {
	Stacks []stackDescription
}

type stackDescription struct {
	StackId, StackName          string
	ChangeSetId                 string
	Description                 string
	Parameters                  []parameterDescription
	CreationTime                time.Time
	DeletionTime                time.Time
	LastUpdatedTime             time.Time
	RollbackConfiguration       struct{}
	StackStatus                 string
	StackStatusReason           string
	DisableRollback             bool
	NotificationARNs            []string
	Capabilities                []string
	Outputs                     []outputDescription
	RoleARN                     string
	Tags                        []tag
	EnableTerminationProtection bool
	DriftInformation            driftInformation
}

type parameterDescription struct {
	ParameterKey   string
	ParameterValue *string
	ResolvedValue  string
}

type outputDescription struct {
	OutputKey   string
	OutputValue *string
	Description string
	ExportName  string
}

// driftInformation says that the stack's drift was never looked into.
type driftInformation struct {
	StackDriftStatus string
}

// describeStacks is the DescribeStacks operation. Every stack is on its one page.
func (s *Service) describeStacks(_ context.Context, in describeStacksInput) (out describeStacksOutput, err error) {
	if in.NextToken != nil {
		return out, errNextToken
	}
	out.Stacks = []stackDescription{}
	if in.StackName != nil {
		st, found, err := s.stackNamed(*in.StackName)
		if err == nil && !found {
			err = invalid("Stack with id %s does not exist", *in.StackName)
		}
		if err == nil {
			out.Stacks = append(out.Stacks, st.describe())
		}
		return out, err
	}
	err = s.read(func(tx *bbolt.Tx) error {
		return stacks.Each(tx, "", func(_ string, st stack) error {
			if st.Status != deleteComplete {
				out.Stacks = append(out.Stacks, st.describe())
			}
			return nil
		})
	})
	return out, err
}

func (st stack) describe() stackDescription {
	d := stackDescription{
		StackId: st.ID, StackName: st.Name, ChangeSetId: st.ChangeSetID, Description: st.Live.Description,
		Parameters: describeParameters(st.Live.Parameters), CreationTime: st.CreationTime, DeletionTime: st.DeletionTime,
		LastUpdatedTime: st.LastUpdatedTime, StackStatus: st.Status, StackStatusReason: st.StatusReason, DisableRollback: st.DisableRollback,
		NotificationARNs: list(st.NotificationARNs), Capabilities: st.Live.Capabilities, RoleARN: st.Live.RoleARN, Tags: list(st.Live.Tags),
		EnableTerminationProtection: st.TerminationProtection, DriftInformation: driftInformation{"NOT_CHECKED"},
	}
	for _, o := range st.Live.Outputs {
		d.Outputs = append(d.Outputs, outputDescription{o.Key, &o.Value, o.Description, o.ExportName})
	}
	return d
}

func describeParameters(parameters []parameter) (described []parameterDescription) {
	for _, p := range parameters {
		if p.NoEcho {
			p.Value = noEchoMask
		}
		described = append(described, parameterDescription{p.Key, &p.Value, p.Resolved})
	}
	return described
}

type listStacksInput struct {
	StackStatusFilter []string
	NextToken         *string
}

type listStacksOutput struct {
	StackSummaries []stackSummary
}

type stackSummary struct {
	StackId, StackName  string
	TemplateDescription string
	CreationTime        time.Time
	LastUpdatedTime     time.Time
	DeletionTime        time.Time
	StackStatus         string
	StackStatusReason   string
	DriftInformation    driftInformation
}

// listStacks is the ListStacks operation: stacks, deleted ones included, the newest
// first, on one page.
func (s *Service) listStacks(_ context.Context, in listStacksInput) (out listStacksOutput, err error) {
	if in.NextToken != nil {
		return out, errNextToken
	}
	out.StackSummaries = []stackSummary{}
	err = s.read(func(tx *bbolt.Tx) error {
		return stacks.Each(tx, "", func(_ string, st stack) error {
			if len(in.StackStatusFilter) == 0 || slices.Contains(in.StackStatusFilter, st.Status) {
				out.StackSummaries = append(out.StackSummaries, stackSummary{
					st.ID, st.Name, st.Live.Description, st.CreationTime, st.LastUpdatedTime, st.DeletionTime, st.Status, st.StatusReason, driftInformation{"NOT_CHECKED"},
				})
			}
			return nil
		})
	})
	slices.SortStableFunc(out.StackSummaries, func(a, b stackSummary) int { return b.CreationTime.Compare(a.CreationTime) })
	return out, err
}
