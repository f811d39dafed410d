//go:build e2e

package e2e_test

import (
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/local/cloudformation"
)

// twoAtOnce lets two commands meet in the middle of a change to one environment.
func twoAtOnce(t *testing.T, v versions) {
	t.Run("a release waits for another", func(t *testing.T) {
		t.Parallel()
		d, reached, goOn := newStoppingDeployment(t, v.state, isChanged("AWS::Cognito::UserPool"))
		first := d.start(d.gatehouse(v.second)...)
		<-reached
		second := d.start(d.gatehouse(v.second)...)
		second.waitFor("another deployment is at work on " + authStack + " (UPDATE_IN_PROGRESS since ")
		d.reviewAsEver(v)
		close(goOn)
		first.wait().want(t, 0)
		second.wait().want(t, 0)
		d.wantSecond(v)
	})
	t.Run("a release waits for a rollback", func(t *testing.T) {
		t.Parallel()
		d, reached, goOn := newStoppingDeployment(t, v.state, isChangedTwice("AWS::CloudFront::Function"))
		d.start(d.gatehouse(v.second)...).wait().want(t, 0)
		rollback := d.start(filepath.Join(root, "bin", "gatehouse"), "release", "rollback", "--env", "local")
		<-reached
		second := d.start(d.gatehouse(v.second)...)
		second.waitFor("another deployment is at work on " + hostingStack)
		close(goOn)
		rollback.wait().want(t, 0)
		second.wait().want(t, 0)
		d.wantSecond(v)
	})
	t.Run("one that does not wait says so", func(t *testing.T) {
		t.Parallel()
		d, reached, goOn := newStoppingDeployment(t, v.state, isChanged("AWS::Cognito::UserPool"))
		first := d.start(d.gatehouse(v.second)...)
		<-reached
		d.start(append(d.gatehouse(v.second), "--wait", "0s")...).wait().want(t, 1, "another deployment is at work on "+authStack)
		close(goOn)
		first.wait().want(t, 0)
		d.wantSecond(v)
	})
	t.Run("the cdk command line loses its change set to another", func(t *testing.T) {
		t.Parallel()
		d := newDeployment(t, v.state)
		planned, goOn := make(chan struct{}), make(chan struct{})
		d.proxy.at("ExecuteChangeSet "+authStack, 1, func(pass func()) {
			close(planned)
			<-goOn
			pass()
		})
		first := d.start(d.cdk(v.second)...)
		<-planned
		d.start(d.cdk(v.second)...).wait().want(t, 0)
		close(goOn)
		first.wait().want(t, 1, "failed to deploy", "does not exist")
		d.wantSecond(v)
	})
}

// isChanged is whether an event is the beginning of an update of a type of resource.
func isChanged(resourceType string) func(cloudformation.Event) bool {
	return func(e cloudformation.Event) bool { return e.Type == resourceType && e.Status == "UPDATE_IN_PROGRESS" }
}

// isChangedTwice is isChanged, but for the first time.
func isChangedTwice(resourceType string) func(cloudformation.Event) bool {
	n := 0
	return func(e cloudformation.Event) bool {
		if isChanged(resourceType)(e) {
			n++
		}
		return n == 2
	}
}

// waitFor waits until the program has printed something.
func (p *process) waitFor(text string) {
	p.t.Helper()
	soon(p.t, text, func() bool { return strings.Contains(p.stderr.String(), text) })
}

// reviewAsEver wants a review to say what it says when nothing is being deployed, and
// not to disturb what is.
func (d *deployment) reviewAsEver(v versions) {
	d.t.Helper()
	command := []string{
		filepath.Join(root, "bin", "gatehouse"), "review", "--env", "local",
		"--from", filepath.Join(v.first, "local"), "--to", filepath.Join(v.second, "local"),
	}
	d.start(command...).wait().want(d.t, 3, "password-policy-stricter", "A new release of the site.")
}
