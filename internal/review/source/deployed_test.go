package source_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"gatehouse/internal/review/rules"
	"gatehouse/internal/review/source"
)

func TestWhatIsDeployedKnowsItsProtectionAndTheConfigurationThatItsSitePublishes(t *testing.T) {
	t.Parallel()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/amplify_outputs.json" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"version": "1.4"}`) // a client that is gone needs no answer
	}))
	t.Cleanup(page.Close)
	for url, want := range map[string]map[string]map[string]any{
		page.URL:              {"amplify_outputs.json": {"version": "1.4"}},
		page.URL + "/nowhere": nil,
	} {
		c := newCloud(t)
		template := subject("Welcome") + "\nOutputs: {SiteUrl: {Value: '" + url + "'}}"
		if _, err := c.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: new("shop-prod-hosting"), TemplateBody: &template, EnableTerminationProtection: new(true)}); err != nil {
			t.Fatal(err)
		}
		live, err := source.Deployed(t.Context(), c, http.DefaultClient, c.cfg)
		if err != nil {
			t.Fatal(err)
		}
		hosting := live.Stacks[1]
		if live.Site != url || !reflect.DeepEqual(hosting.Files, want) || hosting.TerminationProtection == nil || !*hosting.TerminationProtection {
			t.Errorf("%s: got %+v; want the files %v, protected", url, hosting, want)
		}
		if noted := strings.Contains(strings.Join(live.Notes, " "), "404 Not Found"); noted != (want == nil) {
			t.Errorf("%s: the notes are %q", url, live.Notes)
		}
	}
}

// changing is a cloud whose stacks are being changed.
type changing struct{ cloud }

func (c changing) DescribeStacks(ctx context.Context, in *cloudformation.DescribeStacksInput, options ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	out, err := c.cloud.DescribeStacks(ctx, in, options...)
	if err == nil {
		out.Stacks[0].StackStatus = types.StackStatusUpdateInProgress
	}
	return out, err
}

func TestAStackThatIsBeingChangedIsNotReviewed(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	_, err := source.Deployed(t.Context(), changing{c}, http.DefaultClient, c.cfg)
	if err == nil || !strings.Contains(err.Error(), "the stack shop-prod-auth is being changed just now (UPDATE_IN_PROGRESS)") {
		t.Errorf("got %v", err)
	}
}

func TestAParameterKeepsTheValueThatItHas(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	template := strings.Replace(pool, `{Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/subject}`, "{Type: String}", 1)
	if _, err := c.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: new("shop-prod-auth"), TemplateBody: &template, Parameters: []types.Parameter{{ParameterKey: new("Subject"), ParameterValue: new("Welcome")}},
	}); err != nil {
		t.Fatal(err)
	}
	for _, f := range c.review(template).Findings {
		if f.Level == rules.Refused {
			t.Errorf("got %+v", f)
		}
	}
}
