// Package smoke tries a deployment as a visitor would: is the page there with its
// headers, does it know its user pool, can somebody register and sign in.
//
// It changes nothing but for one user of its own making, whom it deletes again
// whatever happens, short of being killed: then the user is left, and can be told by
// its address, success+gatehouse-smoke-….
package smoke

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"gatehouse/config"
	"gatehouse/outputs"
)

// Deployment is what is tried.
type Deployment struct {
	Config  config.Config   // what should be there
	Outputs outputs.Outputs // what the stacks say is there
	URL     string          // where the site is, without a trailing slash
	Users   UserPool        // with credentials that may confirm and delete users
	HTTP    *http.Client    // nil: [http.DefaultClient]
	Now     func() time.Time
	Rand    io.Reader

	// Patience is how long, from the start of the test, the site may take to show what
	// was deployed: CloudFront needs a moment everywhere in the world.
	Patience time.Duration
	NoUser   bool       // look only: make no user
	OnStep   func(Step) // if set, is told of each step when it has ended
}

// Status is how a step ended.
type Status string

// How a step ends.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Step is one thing that was tried.
type Step struct {
	Name         string `json:"name"`
	Status       Status `json:"status"`
	Detail       string `json:"detail,omitempty"` // why it failed or was skipped
	Milliseconds int64  `json:"milliseconds"`
}

// ErrFailed says that a step failed.
var ErrFailed = errors.New("the smoke test failed")

const (
	requestTimeout = 15 * time.Second
	pause          = 2 * time.Second // between two looks at the site
	cleanUpTimeout = 15 * time.Second
)

// Run tries the deployment and returns every step. The error wraps [ErrFailed] if
// one failed.
func Run(ctx context.Context, d Deployment) ([]Step, error) {
	r := &run{Deployment: d, patient: d.Now().Add(d.Patience)}
	if r.HTTP == nil {
		r.HTTP = http.DefaultClient
	}
	r.site(ctx)
	r.user(ctx)
	for _, s := range r.steps {
		if s.Status == Failed {
			return r.steps, fmt.Errorf("%w: %s: %s", ErrFailed, s.Name, s.Detail)
		}
	}
	return r.steps, nil
}

// run is one run of the test.
type run struct {
	Deployment
	patient time.Time // until when the site may show something else
	steps   []Step
}

// step carries out one step. It is whether that passed.
func (r *run) step(name string, work func() error) bool {
	started := r.Now()
	err := work()
	s := Step{Name: name, Status: Passed, Milliseconds: r.Now().Sub(started).Milliseconds()}
	if err != nil {
		s.Status, s.Detail = Failed, err.Error()
	}
	r.ended(s)
	return err == nil
}

func (r *run) skip(name, why string) { r.ended(Step{Name: name, Status: Skipped, Detail: why}) }

func (r *run) ended(s Step) {
	r.steps = append(r.steps, s)
	if r.OnStep != nil {
		r.OnStep(s)
	}
}

// patiently looks until it sees what is wanted, for as long as the site may take. A
// site that is broken is waited for once, not at every step: it is to be put back.
func (r *run) patiently(ctx context.Context, look func() error) error {
	for {
		err := look()
		if err == nil || !r.Now().Before(r.patient) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
