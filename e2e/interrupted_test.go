//go:build e2e

package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestADeploymentThatWasCutOffCanBeRunAgain deploys at a cloud, or a change to it, is
// disturbed at an exact moment, and deploys again: the end must be that of a deployment
// which nothing disturbed.
func TestADeploymentThatWasCutOffCanBeRunAgain(t *testing.T) {
	t.Parallel()
	v := newVersions(t)
	t.Run("the cdk command line is killed", func(t *testing.T) { t.Parallel(); killedWhileMaking(t, v) })
	t.Run("gatehouse is killed", func(t *testing.T) { t.Parallel(); killedWhileChanging(t, v) })
	t.Run("the local cloud is killed", func(t *testing.T) { t.Parallel(); cloudKilled(t, v) })
	t.Run("the network is lost", func(t *testing.T) { t.Parallel(); networkLost(t, v) })
	t.Run("two commands meet", func(t *testing.T) { t.Parallel(); twoAtOnce(t, v) })
}

// moment is a request of a deployment.
type moment struct {
	operation string
	nth       int
	answered  bool // the cloud has done what was asked, but nobody hears of it
}

// killAt kills a program, which start gives, at a moment.
func (d *deployment) killAt(m moment, command []string) {
	d.t.Helper()
	started := make(chan *process, 1)
	d.proxy.at(m.operation, m.nth, func(pass func()) {
		p := <-started
		if m.answered {
			pass()
		}
		p.kill()
	})
	p := d.start(command...)
	started <- p
	if got := p.wait(); got.code != -1 {
		d.t.Fatalf("nothing killed it; it asked\n%s\n\n%s", d.proxy.operations(), got)
	}
}

func killedWhileMaking(t *testing.T, v versions) {
	for name, m := range map[string]moment{
		"before anything is uploaded":            {"PutObject", 1, false},
		"while the files are uploaded":           {"UploadPart", 3, true},
		"after the change set is made":           {"CreateChangeSet " + authStack, 1, true},
		"when the pool is made and not the site": {"ExecuteChangeSet " + authStack, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeployment(t, nil)
			d.killAt(m, d.cdk(v.first))
			d.start(d.cdk(v.first)...).wait().want(t, 0)
			d.want(v.afterFirst)
			somebody := newUser(t, d.cloud, d.outputs(authStack)["UserPoolClientId"])
			somebody.register()
			somebody.signIn()
			d.wantOnly(v.held)
		})
	}
}

func killedWhileChanging(t *testing.T, v versions) {
	for name, m := range map[string]moment{
		"while the files are uploaded":              {"PutObject", 2, true},
		"after the change set is made":              {"CreateChangeSet " + authStack, 1, true},
		"when the pool is changed and not the site": {"ExecuteChangeSet " + authStack, 1, true},
		"when the site is changed":                  {"ExecuteChangeSet " + hostingStack, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeployment(t, v.state)
			d.killAt(m, d.gatehouse(v.second))
			d.start(d.gatehouse(v.second)...).wait().want(t, 0)
			d.wantSecond(v)
		})
	}
}

// returning is the user who was there before.
func (d *deployment) returning(v versions) user {
	u := newUser(d.t, d.cloud, v.client)
	u.email = v.email
	return u
}

// cloudKilled kills the local cloud, starts it again while the deployment still asks for
// it, and deploys again.
func cloudKilled(t *testing.T, v versions) {
	for name, tc := range map[string]struct {
		anew  bool
		at    moment // the request, if not
		event string // the event
	}{
		"while it makes the pool":         {true, moment{}, authStack + " AWS::Cognito::UserPool CREATE_IN_PROGRESS"},
		"while it makes the distribution": {true, moment{}, hostingStack + " AWS::CloudFront::Distribution CREATE_COMPLETE"},
		"when it has planned a change":    {false, moment{"CreateChangeSet " + hostingStack, 1, true}, ""},
		"while it changes the pool":       {false, moment{}, authStack + " AWS::Cognito::UserPool UPDATE_IN_PROGRESS"},
		"while it changes the site":       {false, moment{}, hostingStack + " AWS::CloudFront::Function UPDATE_COMPLETE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, release, want := v.state, v.second, v.afterSecond
			if tc.anew {
				state, release, want = nil, v.first, v.afterFirst
			}
			d := newDeployer(t, state)
			c := startCloud(t, d.path)
			d.reach(c)
			if tc.event != "" {
				c.killAt(tc.event)
			} else {
				d.proxy.at(tc.at.operation, tc.at.nth, func(pass func()) {
					if tc.at.answered {
						pass()
					}
					c.kill()
				})
			}
			p := d.start(d.gatehouse(release)...)
			c.restart()
			if got := p.wait(); got.code != 0 { // the CLI asks again and may not have noticed
				got.want(t, 1, "gatehouse: deploying local: ", "run the same command again")
			}
			d.start(d.gatehouse(release)...).wait().want(t, 0)
			d.want(want)
			if !tc.anew {
				d.returning(v).signIn()
			}
			d.wantOnly(v.held)
		})
	}
}

// networkLost loses requests in the middle of a deployment, then no more.
func networkLost(t *testing.T, v versions) {
	t.Run("connections are dropped", func(t *testing.T) {
		t.Parallel()
		d := newDeployment(t, v.state)
		d.proxy.at("ExecuteChangeSet "+hostingStack, 1, func(pass func()) {
			pass()
			d.proxy.lose(1, nil)
			panic(http.ErrAbortHandler) // the answer is lost, too
		})
		d.start(d.gatehouse(v.second)...).wait().want(t, 0, "the stacks were changed meanwhile, by another deployment perhaps: trying again")
		d.wantSecond(v)
	})
	t.Run("nothing answers", func(t *testing.T) {
		t.Parallel()
		d := newDeployment(t, v.state)
		hung := make(chan struct{})
		d.proxy.at("CreateChangeSet "+authStack, 1, func(pass func()) {
			pass()
			d.proxy.lose(1, hung)
		})
		p := d.start(d.gatehouse(v.second)...)
		soon(t, "a request without an answer", func() bool { return strings.Contains(d.proxy.operations(), "CreateChangeSet") && !d.proxy.isLosing() })
		close(hung)
		p.wait().want(t, 0)
		d.wantSecond(v)
	})
	t.Run("there is none from the start", func(t *testing.T) {
		t.Parallel()
		d := newDeployment(t, v.state)
		d.proxy.lose(1, nil)
		d.deployTwice(v, "gatehouse up starts it")
	})
}

// deployTwice wants the second release to be deployed at the second attempt, and the
// first to say how to go on.
func (d *deployment) deployTwice(v versions, hint string) {
	d.t.Helper()
	d.start(d.gatehouse(v.second)...).wait().want(d.t, 1, "gatehouse: ", hint)
	d.start(d.gatehouse(v.second)...).wait().want(d.t, 0)
	d.wantSecond(v)
}

// wantSecond wants the cloud to be what the second release makes of it.
func (d *deployment) wantSecond(v versions) {
	d.t.Helper()
	d.want(v.afterSecond)
	d.returning(v).signIn()
	d.wantOnly(v.held)
}
