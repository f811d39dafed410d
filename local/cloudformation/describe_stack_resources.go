package cloudformation

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// resourceDrift says that the resource's drift was never looked into.
type resourceDrift struct {
	StackResourceDriftStatus string
}

var driftNotChecked = resourceDrift{"NOT_CHECKED"}

type resourceDescription struct {
	StackName, StackId   string
	LogicalResourceId    string
	PhysicalResourceId   string
	ResourceType         string
	Timestamp            time.Time
	ResourceStatus       string
	ResourceStatusReason string
	DriftInformation     resourceDrift
}

type describeStackResourcesInput struct {
	StackName          *string
	LogicalResourceId  *string
	PhysicalResourceId *string
}

type describeStackResourcesOutput struct {
	StackResources []resourceDescription
}

// describeStackResources is the DescribeStackResources operation.
func (s *Service) describeStackResources(_ context.Context, in describeStackResourcesInput) (out describeStackResourcesOutput, err error) {
	if (in.StackName == nil) == (in.PhysicalResourceId == nil) {
		return out, invalid("Either StackName or PhysicalResourceId must be specified, but not both.")
	}
	if in.StackName == nil {
		arn, err := s.stackOf(*in.PhysicalResourceId)
		if err != nil {
			return out, err
		}
		in.StackName = &arn
	}
	st, list, err := s.resourcesOf(*in.StackName)
	if err != nil {
		return out, err
	}
	out.StackResources = []resourceDescription{}
	for _, r := range list {
		if in.LogicalResourceId != nil && *in.LogicalResourceId != r.LogicalID {
			continue
		}
		out.StackResources = append(out.StackResources, resourceDescription{
			st.Name, st.ID, r.LogicalID, r.PhysicalID, r.Type, r.Time, r.Status, r.StatusReason, driftNotChecked,
		})
	}
	return out, nil
}

// stackOf is the ARN of the stack that has a physical resource.
func (s *Service) stackOf(physicalID string) (arn string, err error) {
	err = s.read(func(tx *bbolt.Tx) error {
		return stacks.Each(tx, "", func(id string, _ stack) error {
			return resources.Each(tx, id+"/", func(_ string, r stackResource) error {
				if r.PhysicalID == physicalID {
					arn = id
				}
				return nil
			})
		})
	})
	if err == nil && arn == "" {
		err = invalid("Stack for %s does not exist", physicalID)
	}
	return arn, err
}

// resourcesOf lists the resources of a stack by logical id.
func (s *Service) resourcesOf(name string) (st stack, list []stackResource, err error) {
	st, found, err := s.stackNamed(name)
	if err == nil && !found {
		err = invalid("Stack with id %s does not exist", name)
	}
	if err != nil {
		return st, nil, err
	}
	live, err := s.load(st.ID)
	for _, id := range slices.Sorted(maps.Keys(live)) {
		list = append(list, live[id])
	}
	return st, list, err
}

type describeStackResourceInput struct {
	StackName, LogicalResourceId string
}

type describeStackResourceOutput struct {
	StackResourceDetail resourceDetail
}

type resourceDetail struct {
	StackName, StackId   string
	LogicalResourceId    string
	PhysicalResourceId   string
	ResourceType         string
	LastUpdatedTimestamp time.Time
	ResourceStatus       string
	ResourceStatusReason string
	Metadata             string
	DriftInformation     resourceDrift
}

// describeStackResource is the DescribeStackResource operation.
func (s *Service) describeStackResource(_ context.Context, in describeStackResourceInput) (out describeStackResourceOutput, err error) {
	st, list, err := s.resourcesOf(in.StackName)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(list, func(r stackResource) bool { return r.LogicalID == in.LogicalResourceId })
	if i < 0 {
		return out, invalid("Resource %s does not exist for stack %s", in.LogicalResourceId, st.Name)
	}
	r := list[i]
	metadata := ""
	if r.Metadata != nil {
		data, _ := json.Marshal(r.Metadata) // made of JSON's own types
		metadata = string(data)
	}
	out.StackResourceDetail = resourceDetail{
		st.Name, st.ID, r.LogicalID, r.PhysicalID, r.Type, r.Time, r.Status, r.StatusReason, metadata, driftNotChecked,
	}
	return out, nil
}

type listStackResourcesInput struct {
	StackName string
	NextToken *string
}

type listStackResourcesOutput struct {
	StackResourceSummaries []resourceSummary
}

type resourceSummary struct {
	LogicalResourceId    string
	PhysicalResourceId   string
	ResourceType         string
	LastUpdatedTimestamp time.Time
	ResourceStatus       string
	ResourceStatusReason string
	DriftInformation     resourceDrift
}

// listStackResources is the ListStackResources operation. Every resource is on its
// one page.
func (s *Service) listStackResources(_ context.Context, in listStackResourcesInput) (out listStackResourcesOutput, err error) {
	if in.NextToken != nil {
		return out, errNextToken
	}
	_, list, err := s.resourcesOf(in.StackName)
	out.StackResourceSummaries = []resourceSummary{}
	for _, r := range list {
		out.StackResourceSummaries = append(out.StackResourceSummaries, resourceSummary{
			r.LogicalID, r.PhysicalID, r.Type, r.Time, r.Status, r.StatusReason, driftNotChecked,
		})
	}
	return out, err
}
