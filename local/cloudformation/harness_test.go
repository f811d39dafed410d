package cloudformation_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"go.etcd.io/bbolt"

	"gatehouse/local/cloudformation"
	"gatehouse/local/resource"
	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// bench is the service with resources that exist in memory, seen through the AWS
// SDK for Go.
type bench struct {
	*api.Client
	t          testing.TB
	fake       *fake
	db         *bbolt.DB
	service    *cloudformation.Service
	server     *httptest.Server
	config     cloudformation.Config
	parameters map[string]string // the Parameter Store
	templates  map[string]string // by URL
	now        time.Time
	events     []cloudformation.Event
}

func newBench(t testing.TB, more ...resource.Type) *bench {
	t.Helper()
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{
		t: t, fake: newFake(), db: db, parameters: map[string]string{}, templates: map[string]string{},
		now: time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC),
	}
	b.config = cloudformation.Config{
		DB: db, Types: append(b.fake.types(), more...), Account: "123456789012", Region: "eu-west-1",
		Now: func() time.Time { return b.now }, Rand: rand.NewChaCha8([32]byte{1}),
		Template: func(_ context.Context, url string) ([]byte, error) {
			if body, ok := b.templates[url]; ok {
				return []byte(body), nil
			}
			return nil, wire.BadRequest("NoSuchKey", "The specified key does not exist.")
		},
		Parameter: func(_ context.Context, name string) (string, error) {
			if value, ok := b.parameters[name]; ok {
				return value, nil
			}
			return "", wire.BadRequest("ParameterNotFound", "Parameter %s not found.", name)
		},
		OnEvent: func(e cloudformation.Event) { b.events = append(b.events, e) },
	}
	b.restart()
	return b
}

// restart makes the service anew on the same state, as a new process would.
func (b *bench) restart() {
	b.t.Helper()
	if b.server != nil {
		b.server.Close() // waits until nothing works on a request any more
	}
	service, err := cloudformation.New(b.config)
	if err != nil {
		b.t.Fatal(err)
	}
	server := httptest.NewServer(service)
	b.t.Cleanup(server.Close)
	b.service, b.server = service, server
	b.Client = api.New(api.Options{
		BaseEndpoint: &server.URL, Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: wire.PlainBodies(&http.Transport{})},
	})
}

// create creates the stack and wants it to end in a status.
func (b *bench) create(name, template, status string, options ...func(*api.CreateStackInput)) {
	b.t.Helper()
	in := &api.CreateStackInput{StackName: &name, TemplateBody: &template}
	for _, option := range options {
		option(in)
	}
	if _, err := b.CreateStack(b.t.Context(), in); err != nil {
		b.t.Fatalf("creating %s: %v", name, err)
	}
	b.wantStatus(name, status)
}

// update updates the stack and wants it to end in a status.
func (b *bench) update(name, template, status string, options ...func(*api.UpdateStackInput)) {
	b.t.Helper()
	in := &api.UpdateStackInput{StackName: &name, TemplateBody: &template}
	for _, option := range options {
		option(in)
	}
	if _, err := b.UpdateStack(b.t.Context(), in); err != nil {
		b.t.Fatalf("updating %s: %v", name, err)
	}
	b.wantStatus(name, status)
}

// stack describes a stack.
func (b *bench) stack(name string) types.Stack {
	b.t.Helper()
	out, err := b.DescribeStacks(b.t.Context(), &api.DescribeStacksInput{StackName: &name})
	if err != nil {
		b.t.Fatalf("describing %s: %v", name, err)
	}
	return out.Stacks[0]
}

func (b *bench) wantStatus(name, status string) {
	b.t.Helper()
	st := b.stack(name)
	if string(st.StackStatus) != status {
		b.t.Fatalf("%s is %s (%s); want %s\n%s", name, st.StackStatus, aws.ToString(st.StackStatusReason), status, strings.Join(b.history(name), "\n"))
	}
}

// history lists the events of a stack, the oldest first, as "Thing CREATE_COMPLETE reason".
func (b *bench) history(name string) (lines []string) {
	b.t.Helper()
	pages := api.NewDescribeStackEventsPaginator(b.Client, &api.DescribeStackEventsInput{StackName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		for _, e := range page.StackEvents {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s", *e.LogicalResourceId, e.ResourceStatus, aws.ToString(e.ResourceStatusReason))))
		}
	}
	slices.Reverse(lines)
	return lines
}

// outputs are the outputs of a stack.
func (b *bench) outputs(name string) map[string]string {
	b.t.Helper()
	outputs := map[string]string{}
	for _, o := range b.stack(name).Outputs {
		outputs[*o.OutputKey] = *o.OutputValue
	}
	return outputs
}

// state is all that a rollback has to restore: what exists and what the API says
// of a stack, its times and status apart.
func (b *bench) state(name string) string {
	b.t.Helper()
	st := b.stack(name)
	template, err := b.GetTemplate(b.t.Context(), &api.GetTemplateInput{StackName: &name})
	if err != nil {
		b.t.Fatal(err)
	}
	list, err := b.ListStackResources(b.t.Context(), &api.ListStackResourcesInput{StackName: &name})
	if err != nil {
		b.t.Fatal(err)
	}
	var s strings.Builder
	fmt.Fprintln(&s, "template", *template.TemplateBody)
	for _, p := range st.Parameters {
		fmt.Fprintln(&s, "parameter", *p.ParameterKey, *p.ParameterValue)
	}
	for _, tag := range st.Tags {
		fmt.Fprintln(&s, "tag", *tag.Key, *tag.Value)
	}
	for _, o := range st.Outputs {
		fmt.Fprintln(&s, "output", *o.OutputKey, *o.OutputValue, aws.ToString(o.ExportName))
	}
	for _, r := range list.StackResourceSummaries {
		fmt.Fprintln(&s, "resource", *r.LogicalResourceId, *r.PhysicalResourceId)
	}
	for _, id := range b.fake.there() {
		fmt.Fprintln(&s, "exists", id, b.fake.world[id])
	}
	return s.String()
}

// code and message take an API error apart.
func refusal(t testing.TB, err error) (code, message string) {
	t.Helper()
	e, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("got %v; want an API error", err)
	}
	return e.ErrorCode(), e.ErrorMessage()
}

// wantRefusal wants an API error with this code and, in its message, this text.
func wantRefusal(t testing.TB, err error, code, text string) {
	t.Helper()
	if err == nil {
		t.Fatalf("it was accepted; want %s: %s", code, text)
	}
	gotCode, message := refusal(t, err)
	if gotCode != code || !strings.Contains(message, text) {
		t.Errorf("got  %s: %s\nwant %s: %s", gotCode, message, code, text)
	}
}

func wantEqual[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s:\ngot  %s\nwant %s", what, g, w)
	}
}

func wantLines(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
