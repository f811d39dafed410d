//go:build e2e

package e2e_test

import (
	"path/filepath"
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
		"before the pool is made":                {"ExecuteChangeSet " + authStack, 1, false},
		"when the pool is made and not the site": {"ExecuteChangeSet " + authStack, 1, true},
		"when the site is made":                  {"ExecuteChangeSet " + hostingStack, 1, true},
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
		"before anything is uploaded":               {"PutObject", 1, false},
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
			d.want(v.afterSecond)
			d.returning(v).signIn()

			d.start(filepath.Join(root, "bin", "gatehouse"), "release", "rollback", "--env", "local").wait().want(t, 0)
			d.returning(v).signIn()
			d.wantOnly(v.held)
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
		"while files are uploaded to a new cloud": {true, moment{"UploadPart", 3, false}, ""},
		"when it has planned the first stack":     {true, moment{"CreateChangeSet " + authStack, 1, true}, ""},
		"while it makes the pool":                 {true, moment{}, authStack + " AWS::Cognito::UserPool CREATE_IN_PROGRESS"},
		"while it makes the distribution":         {true, moment{}, hostingStack + " AWS::CloudFront::Distribution CREATE_COMPLETE"},
		"when it has planned a change":            {false, moment{"CreateChangeSet " + hostingStack, 1, true}, ""},
		"while it changes the pool":               {false, moment{}, authStack + " AWS::Cognito::UserPool UPDATE_IN_PROGRESS"},
		"while it changes the site":               {false, moment{}, hostingStack + " AWS::CloudFront::Function UPDATE_COMPLETE"},
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
			t.Log(p.wait())
			d.start(d.gatehouse(release)...).wait().want(t, 0)
			d.want(want)
			if !tc.anew {
				d.returning(v).signIn()
			}
			d.wantOnly(v.held)
		})
	}
}
