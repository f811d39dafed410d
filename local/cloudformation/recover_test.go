package cloudformation_test

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"gatehouse/local/cloudformation"
	"gatehouse/local/resource"
)

// dieAt ends the goroutine that works on a request, and so all that it would have
// done, at the nth moment: before a handler works, after it has worked, or after
// an event was written. It is what kill -9 does, as far as the state can tell.
func (b *bench) dieAt(n int) {
	moment := 0
	die := func() {
		if moment++; moment == n {
			runtime.Goexit()
		}
	}
	b.fake.before = func(string) { die() }
	b.fake.after = func(string) { die() }
	b.config.OnEvent = func(cloudformation.Event) { die() }
	b.restart()
}

// live goes on after dieAt with a new process.
func (b *bench) live() {
	b.server.Close()
	b.fake.before, b.fake.after, b.config.OnEvent = nil, nil, nil
	b.restart()
}

// deaths tries an operation again and again and kills it at every moment. make
// brings the stack about, check looks at it after the restart; err is nil once the
// operation came to its end before the moment.
func deaths(t *testing.T, begin func(b *bench), operate func(b *bench) error, check func(t *testing.T, b *bench)) {
	t.Helper()
	const most = 200
	for n := 1; n < most; n++ {
		ended := false
		t.Run(fmt.Sprint("moment ", n), func(t *testing.T) {
			b := newBench(t)
			begin(b)
			b.dieAt(n)
			ended = operate(b) == nil
			b.live()
			check(t, b)
		})
		if ended {
			if n < 5 {
				t.Errorf("it ended after %d moments: too few to have tried anything", n)
			}
			return
		}
	}
	t.Errorf("it has not ended after %d moments", most)
}

// undisturbed is the state that an operation ends in when nothing disturbs it.
func undisturbed(t *testing.T, operate func(b *bench)) string {
	t.Helper()
	b := newBench(t)
	operate(b)
	return b.state("shop")
}

// number ends the ids that the fake makes up: an attempt that was killed has one, too.
var number = regexp.MustCompile(`(client|extra|new|pool)-\d+`)

// wantState wants a stack to have this state, whatever its resources' numbers.
func (b *bench) wantState(want string) {
	b.t.Helper()
	wantEqual(b.t, "the state", number.ReplaceAllString(b.state("shop"), "$1"), number.ReplaceAllString(want, "$1"))
}

// wantComplete wants every resource of the stack to have a status that ends so.
func (b *bench) wantComplete() {
	b.t.Helper()
	list, err := b.ListStackResources(b.t.Context(), &api.ListStackResourcesInput{StackName: aws.String("shop")})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, r := range list.StackResourceSummaries {
		if !strings.HasSuffix(string(r.ResourceStatus), "_COMPLETE") {
			b.t.Errorf("%s is in %s", *r.LogicalResourceId, r.ResourceStatus)
		}
	}
}

func TestAKilledCreateIsFinished(t *testing.T) {
	t.Parallel()
	after := undisturbed(t, func(b *bench) { b.create("shop", shop, "CREATE_COMPLETE") })
	deaths(t, func(*bench) {}, func(b *bench) error {
		_, err := b.CreateStack(b.t.Context(), &api.CreateStackInput{StackName: aws.String("shop"), TemplateBody: aws.String(shop)})
		return err
	}, func(t *testing.T, b *bench) {
		b.wantStatus("shop", "CREATE_COMPLETE")
		b.wantState(after)
		b.wantComplete()
	})
}

func TestAKilledUpdateIsFinished(t *testing.T) {
	t.Parallel()
	edited := change(t, shop, "Name: pool", "Name: basin", "Text: client", "Text: customer", "Text: extra", "Text: other", "Outputs:", "  New: {Type: Test::Plain}\nOutputs:")
	after := undisturbed(t, func(b *bench) {
		b.create("shop", shop, "CREATE_COMPLETE")
		b.update("shop", edited, "UPDATE_COMPLETE")
	})
	deaths(t, func(b *bench) { b.create("shop", shop, "CREATE_COMPLETE") }, func(b *bench) error {
		_, err := b.UpdateStack(b.t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &edited})
		return err
	}, func(t *testing.T, b *bench) {
		b.wantStatus("shop", "UPDATE_COMPLETE")
		b.wantState(after)
		b.wantComplete()
	})
}

// What goes on may fail as if it had not been interrupted.
func TestAKilledUpdateThatCannotSucceedIsRolledBack(t *testing.T) {
	t.Parallel()
	edited := change(t, shop, "Text: client", "Text: customer", "Text: extra", "Text: other")
	before := undisturbed(t, func(b *bench) { b.create("shop", shop, "CREATE_COMPLETE") })
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	b.dieAt(3)
	if _, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &edited}); err == nil {
		t.Fatal("the process was not killed")
	}
	b.fake.failOn("update Extra", "no room")
	b.live()
	b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
	b.wantState(before)
}

// A rollback that is stuck must not keep the local cloud, and all other stacks, from starting.
func TestAKilledRollbackThatCannotGoOnWaitsForAHand(t *testing.T) {
	t.Parallel()
	edited := change(t, shop, "Text: extra", "Text: other", "Outputs:", "  Zz: {Type: Test::Plain, DependsOn: [Client, Extra]}\nOutputs:")
	before := undisturbed(t, func(b *bench) { b.create("shop", shop, "CREATE_COMPLETE") })
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	b.fake.failOn("create Zz", "no room")
	b.fake.before = func(call string) {
		if call == "update Extra" && slices.Contains(b.fake.calls, "create Zz") { // back again
			runtime.Goexit()
		}
	}
	b.restart()
	if _, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &edited}); err == nil {
		t.Fatal("the process was not killed")
	}
	b.fake.failOn("update Extra", "no way back")
	b.live()
	b.wantStatus("shop", "UPDATE_ROLLBACK_FAILED")

	b.fake.succeed()
	if _, err := b.ContinueUpdateRollback(t.Context(), &api.ContinueUpdateRollbackInput{StackName: aws.String("shop")}); err != nil {
		t.Fatal(err)
	}
	b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
	b.wantState(before)
}

// A newer local cloud may have begun what this one cannot do.
func TestAKilledUpdateThatThisCloudCannotFinishIsRolledBack(t *testing.T) {
	t.Parallel()
	edited := change(t, shop, "Text: client", "Text: customer", "Outputs:", "  New: {Type: Test::Newer}\nOutputs:")
	before := undisturbed(t, func(b *bench) { b.create("shop", shop, "CREATE_COMPLETE") })
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	known := b.config.Types
	b.config.Types = append(slices.Clone(known), resource.Type{Name: "Test::Newer", Handler: b.fake})
	b.dieAt(3)
	if _, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &edited}); err == nil {
		t.Fatal("the process was not killed")
	}
	b.config.Types = known
	b.live()
	b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
	b.wantState(before)
}

func TestAKilledRollbackIsFinished(t *testing.T) {
	t.Parallel()
	edited := change(t, shop, "Name: pool", "Name: basin", "Text: extra", "Text: other", "Outputs:", "  Zz: {Type: Test::Plain, DependsOn: [Client, Extra]}\nOutputs:")
	before := ""
	deaths(t, func(b *bench) {
		b.create("shop", shop, "CREATE_COMPLETE")
		before = b.state("shop")
		b.fake.failOn("create Zz", "no room")
	}, func(b *bench) error {
		_, err := b.UpdateStack(b.t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &edited})
		return err
	}, func(t *testing.T, b *bench) {
		b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
		wantEqual(t, "the state", b.state("shop"), before)
	})
}

func TestAKilledDeleteIsFinished(t *testing.T) {
	t.Parallel()
	id := ""
	deaths(t, func(b *bench) {
		b.create("shop", shop, "CREATE_COMPLETE")
		id = *b.stack("shop").StackId
	}, func(b *bench) error {
		_, err := b.DeleteStack(b.t.Context(), &api.DeleteStackInput{StackName: aws.String("shop")})
		return err
	}, func(t *testing.T, b *bench) {
		b.wantStatus(id, "DELETE_COMPLETE")
		wantLines(t, "what exists", b.fake.there())
	})
}

func TestRecoverySaysWhy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.dieAt(4)
	if _, err := b.CreateStack(t.Context(), &api.CreateStackInput{StackName: aws.String("shop"), TemplateBody: aws.String(shop)}); err == nil {
		t.Fatal("the process was not killed")
	}
	b.live()
	if history := strings.Join(b.history("shop"), "\n"); !strings.Contains(history, "CREATE_IN_PROGRESS The process of the local cloud ended during the operation.") {
		t.Errorf("the events do not say that the process ended:\n%s", history)
	}
}

// A client always uses one name for its change sets: the one whose execution was cut
// off must be as deletable as any other that was executed.
func TestAKilledExecutionOfAChangeSetCanBeRunAgain(t *testing.T) {
	t.Parallel()
	edited := change(t, shop, "Text: client", "Text: customer", "Text: extra", "Text: other")
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	b.update("shop", edited, "UPDATE_COMPLETE")
	after := b.state("shop")
	runAnew := func(b *bench) error {
		if _, err := b.DeleteChangeSet(b.t.Context(), &api.DeleteChangeSetInput{StackName: aws.String("shop"), ChangeSetName: aws.String("cs")}); err != nil {
			return err
		}
		c := b.changeSet("shop", edited, "UPDATE")
		if c.Status == "FAILED" { // without changes: the killed process had come to the end
			return nil
		}
		_, err := b.ExecuteChangeSet(b.t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: c.ChangeSetId})
		return err
	}
	deaths(t, func(b *bench) { b.create("shop", shop, "CREATE_COMPLETE") }, runAnew, func(t *testing.T, b *bench) {
		if err := runAnew(b); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "the state", b.state("shop"), after)
	})
}
