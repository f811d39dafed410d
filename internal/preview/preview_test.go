package preview_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"gatehouse/config"
	"gatehouse/internal/preview"
)

// account is the stacks of an account, in pages of two.
type account struct {
	stacks []types.Stack
	// deletion is what a stack's status is after a deletion was begun, look by look; the
	// stack is gone after the last.
	deletion map[string][]types.StackStatus
	deleted  []string
}

const page = 2

func (a *account) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	if in.StackName == nil {
		start := 0
		if in.NextToken != nil {
			if _, err := fmt.Sscan(*in.NextToken, &start); err != nil {
				return nil, err
			}
		}
		out := &cloudformation.DescribeStacksOutput{Stacks: a.stacks[start:min(start+page, len(a.stacks))]}
		if start+page < len(a.stacks) {
			out.NextToken = new(fmt.Sprint(start + page))
		}
		return out, nil
	}
	left := a.deletion[*in.StackName]
	if len(left) == 0 {
		return nil, &smithy.GenericAPIError{Code: "ValidationError", Message: "Stack with id " + *in.StackName + " does not exist"}
	}
	a.deletion[*in.StackName] = left[1:]
	return &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{{StackName: in.StackName, StackStatus: left[0], StackStatusReason: new("because")}}}, nil
}

func (a *account) DeleteStack(_ context.Context, in *cloudformation.DeleteStackInput, _ ...func(*cloudformation.Options)) (*cloudformation.DeleteStackOutput, error) {
	a.deleted = append(a.deleted, *in.StackName)
	if strings.Contains(*in.StackName, "protected") {
		return nil, errors.New("termination protection is on")
	}
	return &cloudformation.DeleteStackOutput{}, nil
}

var _ preview.Stacks = (*account)(nil)

var cfg = config.Config{Project: "shop", Environment: "preview", Region: "eu-central-1"}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// stack is a stack of a copy that lives three days.
func stack(name string, created time.Time, change ...func(*types.Stack)) types.Stack {
	s := types.Stack{
		StackName: &name, CreationTime: &created,
		Tags: []types.Tag{{Key: new(config.TagPreviewOf), Value: new("preview")}, {Key: new(config.TagLifetime), Value: new("3d")}},
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

func tag(key, value string) func(*types.Stack) {
	return func(s *types.Stack) {
		for i := range s.Tags {
			if aws.ToString(s.Tags[i].Key) == key {
				s.Tags[i].Value = &value
			}
		}
	}
}

func TestListFindsTheCopiesAndNothingElse(t *testing.T) {
	t.Parallel()
	updated := noon.Add(time.Hour)
	a := &account{stacks: []types.Stack{
		stack("shop-preview-pr-7-auth", noon),
		stack("shop-prod-auth", noon),
		stack("shop-preview-pr-42-hosting", noon, func(s *types.Stack) {
			s.LastUpdatedTime = &updated
			s.Outputs = []types.Output{{OutputKey: new("SiteUrl"), OutputValue: new("https://pr-42.example.com")}}
		}),
		stack("shop-preview-pr-42-auth", noon),
		stack("shop-preview-pr-7-hosting", noon),
		stack("shop-preview-copied-auth", noon, tag(config.TagPreviewOf, "prod")),
		stack("shop-preview-other-database", noon),
		stack("bookshop-preview-pr-1-auth", noon),
		stack("shop-preview-untagged-auth", noon, func(s *types.Stack) { s.Tags = nil }),
	}}
	list, err := preview.List(t.Context(), a, cfg)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range list {
		got = append(got, fmt.Sprint(p.Name, " ", p.Stacks, " ", p.URL, " ", p.Deployed.Sub(noon), " ", p.Expires.Sub(noon)))
	}
	want := []string{
		"pr-42 [shop-preview-pr-42-hosting shop-preview-pr-42-auth] https://pr-42.example.com 1h0m0s 73h0m0s",
		"pr-7 [shop-preview-pr-7-hosting shop-preview-pr-7-auth]  0s 72h0m0s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestACopyWhoseLifetimeCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	a := &account{stacks: []types.Stack{stack("shop-preview-pr-7-auth", noon, tag(config.TagLifetime, "soon"))}}
	list, err := preview.List(t.Context(), a, cfg)
	if err == nil || !strings.Contains(err.Error(), config.TagLifetime+" of shop-preview-pr-7-auth") {
		t.Errorf("got %v, %v; want the stack and its tag", list, err)
	}
}

var copied = preview.Preview{Name: "pr-42", Stacks: []string{"hosting", "auth"}}

func TestDeleteWaitsForTheSiteBeforeItDeletesTheUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{deletion: map[string][]types.StackStatus{
			"hosting": {types.StackStatusDeleteInProgress, types.StackStatusDeleteInProgress},
			"auth":    {types.StackStatusDeleteInProgress, types.StackStatusDeleteComplete},
		}}
		began := time.Now()
		if err := preview.Delete(t.Context(), a, copied); err != nil {
			t.Error(err)
		}
		if !slices.Equal(a.deleted, []string{"hosting", "auth"}) || len(a.deletion["hosting"])+len(a.deletion["auth"]) > 0 {
			t.Errorf("deleted are %v, and %v was not waited for", a.deleted, a.deletion)
		}
		if time.Since(began) == 0 {
			t.Error("it asks without a pause")
		}
	})
}

func TestUsersStayWhereTheirSiteCannotBeDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{deletion: map[string][]types.StackStatus{"hosting": {types.StackStatusDeleteInProgress, types.StackStatusDeleteFailed}}}
		err := preview.Delete(t.Context(), a, copied)
		if err == nil || err.Error() != "deleting hosting: it is in DELETE_FAILED: because" {
			t.Errorf("got %v; want why hosting is not deleted", err)
		}
		if !slices.Equal(a.deleted, []string{"hosting"}) {
			t.Errorf("deleted are %v", a.deleted)
		}
	})
}

func TestWhatIsRefusedIsSaid(t *testing.T) {
	t.Parallel()
	err := preview.Delete(t.Context(), &account{}, preview.Preview{Stacks: []string{"protected"}})
	if err == nil || err.Error() != "deleting protected: termination protection is on" {
		t.Errorf("got %v", err)
	}
}

func TestDeleteMayBeStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		a := &account{deletion: map[string][]types.StackStatus{"hosting": slices.Repeat([]types.StackStatus{types.StackStatusDeleteInProgress}, 1000)}}
		if err := preview.Delete(ctx, a, copied); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v; want that it was stopped", err)
		}
	})
}
