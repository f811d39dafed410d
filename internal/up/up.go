package up

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"gatehouse/config"
	"gatehouse/internal/console"
	"gatehouse/internal/project"
	"gatehouse/local"
	"gatehouse/local/cloudformation"
	"gatehouse/local/store"
)

// Options say what to bring up.
type Options struct {
	Environment                 string
	AWSPort, SitePort, MailPort int
	Fresh                       bool // forget the users and stacks of earlier runs
	Watch                       bool // deploy again when the configuration or the site changes
	Now                         func() time.Time
	Rand                        io.Reader
}

// Run starts the local cloud, builds the project, deploys it there and stays until
// ctx ends, which is no error once the site is up.
func Run(ctx context.Context, p project.Project, con *console.Console, o Options) error {
	cfg, err := loadLocal(p, o.Environment)
	if err != nil {
		return err
	}
	if err := p.Tools(ctx); err != nil {
		return err
	}
	u := &runner{p: p, con: con, o: o, cfg: cfg}
	if err := u.startCloud(); err != nil {
		return err
	}
	defer func() { _ = u.cloud.Close() }() // the process ends here; the state is safe at any moment
	if err := Build(ctx, p, con); err != nil {
		return err
	}
	if err := u.deploy(ctx); err != nil {
		return err
	}
	u.printAddresses()
	if o.Watch {
		return u.watch(ctx)
	}
	<-ctx.Done()
	return nil
}

// loadLocal loads an environment and makes sure that it is for the local cloud.
func loadLocal(p project.Project, environment string) (config.Config, error) {
	cfg, err := p.Config(environment)
	if err != nil {
		return cfg, err
	}
	if cfg.Local == (config.Local{}) {
		return cfg, fmt.Errorf("the environment %q is on AWS: it has no local.endpoint and local.site in config/%s.yaml; deploy it with npx cdk deploy --all -c env=%s",
			environment, environment, environment)
	}
	return cfg, nil
}

// runner is one run of gatehouse up.
type runner struct {
	p     project.Project
	con   *console.Console
	o     Options
	cfg   config.Config
	cloud *local.Cloud
	task  atomic.Pointer[console.Task] // shows what is being deployed
}

// startCloud starts the local cloud, the first thing of all: it takes the ports,
// so that a port in use is known before minutes of installation.
func (u *runner) startCloud() (err error) {
	if u.o.Fresh {
		if err := store.Forget(u.p.StatePath()); err != nil {
			return explainState(fmt.Errorf("forgetting the earlier state: %w", err))
		}
	}
	u.cloud, err = local.Start(local.Options{
		StatePath: u.p.StatePath(),
		AWSPort:   u.o.AWSPort, SitePort: u.o.SitePort, MailPort: u.o.MailPort,
		Account: u.cfg.Account, Region: u.cfg.Region,
		Now: u.o.Now, Rand: u.o.Rand,
		OnEvent: u.showEvent,
	})
	if port, ok := errors.AsType[*local.PortError](err); ok {
		return portTaken{port}
	}
	return explainState(err)
}

// explainState says what an error of the state file means for people.
func explainState(err error) error {
	switch {
	case errors.Is(err, store.ErrInUse):
		return fmt.Errorf("gatehouse up runs in this project already: stop it first, or work in another checkout")
	case errors.Is(err, store.ErrDamaged):
		return stateDamaged{err}
	}
	return err
}

// stateDamaged says how to go on without the state.
type stateDamaged struct{ error }

func (e stateDamaged) Unwrap() error { return e.error }

// Hint says how to go on.
func (e stateDamaged) Hint() string {
	return "Put an earlier copy of the file back, or start without its users and stacks: gatehouse up --fresh"
}

// portTaken says which flag chooses another port.
type portTaken struct{ *local.PortError }

func (e portTaken) Unwrap() error { return e.PortError }

// Hint says how to go on.
func (e portTaken) Hint() string {
	flag := map[string]string{"AWS endpoint": "aws-port", "site": "site-port", "mailbox": "mail-port"}[e.What]
	return fmt.Sprintf("Stop the program that uses port %d, or choose another: gatehouse up --%s %d", e.Port, flag, e.Port+1)
}

// showEvent shows the resource that the deployment is at.
func (u *runner) showEvent(e cloudformation.Event) {
	if task := u.task.Load(); task != nil {
		task.Detail("%s %s %s", e.StackName, e.LogicalID, e.Status)
	}
}

// deploySpace is the disk space that a deployment takes, in bytes: the cloud assembly,
// and the state that it is uploaded to.
const deploySpace = 100 << 20

// deploy runs the real `cdk deploy` at the local cloud.
func (u *runner) deploy(ctx context.Context) error {
	if err := u.p.CheckSpace(deploySpace); err != nil {
		return err
	}
	task := u.con.Start("Deploying")
	u.task.Store(task)
	defer u.task.Store(nil)
	err := u.p.DeployLocal(ctx, project.Target{
		Environment: u.o.Environment, Endpoint: u.cloud.AWSURL(), Site: u.cloud.SiteURL(), Region: u.cfg.Region,
	})
	if err == nil {
		err = u.probe(ctx)
	}
	if err != nil {
		task.Fail()
		return err
	}
	task.Done("")
	return nil
}

// probe asks for the first page: a deployment is done when people can see it.
func (u *runner) probe(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.cloud.SiteURL()+"/", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking the deployed site for its first page: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // not read
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the deployed site answers its first page with %s: is there an index.html in %s?",
			resp.Status, filepath.ToSlash(u.cfg.Hosting.Folder))
	}
	return nil
}

func (u *runner) printAddresses() {
	u.con.Println("")
	u.con.Println("  Site      " + u.con.Bold(u.cloud.SiteURL()))
	u.con.Println("  Mailbox   " + u.con.Bold(u.cloud.MailboxURL()))
	u.con.Println("  AWS       " + u.con.Bold(u.cloud.AWSURL()) + "    export AWS_ENDPOINT_URL=" + u.cloud.AWSURL())
	u.con.Println("")
}
