package cloudformation_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"gatehouse/local/cloudformation"
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

func TestAKilledCreateIsRolledBack(t *testing.T) {
	t.Parallel()
	deaths(t, func(*bench) {}, func(b *bench) error {
		_, err := b.CreateStack(b.t.Context(), &api.CreateStackInput{StackName: aws.String("shop"), TemplateBody: aws.String(shop)})
		return err
	}, func(t *testing.T, b *bench) {
		if st := b.stack("shop"); st.StackStatus == "CREATE_COMPLETE" {
			wantEqual(t, "what exists", len(b.fake.there()), 3)
			return
		}
		b.wantStatus("shop", "ROLLBACK_COMPLETE")
		wantLines(t, "what exists", b.fake.there())
	})
}

func TestAKilledUpdateIsRolledBackOrFinished(t *testing.T) {
	t.Parallel()
	edited := change(t, shop, "Name: pool", "Name: basin", "Text: client", "Text: customer", "Text: extra", "Text: other", "Outputs:", "  New: {Type: Test::Plain}\nOutputs:")
	before, after := "", ""
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	before = b.state("shop")
	b.update("shop", edited, "UPDATE_COMPLETE")
	after = b.state("shop")
	deaths(t, func(b *bench) { b.create("shop", shop, "CREATE_COMPLETE") }, func(b *bench) error {
		_, err := b.UpdateStack(b.t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &edited})
		return err
	}, func(t *testing.T, b *bench) {
		if b.stack("shop").StackStatus == "UPDATE_COMPLETE" {
			wantEqual(t, "the state", b.state("shop"), after)
			return
		}
		b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
		wantEqual(t, "the state", b.state("shop"), before)
	})
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
	if history := strings.Join(b.history("shop"), "\n"); !strings.Contains(history, "ROLLBACK_IN_PROGRESS The process of the local cloud ended during the operation.") {
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
