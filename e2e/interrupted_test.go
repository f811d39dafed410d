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
