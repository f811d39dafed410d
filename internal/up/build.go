// Package up brings a project up: it installs, builds and deploys what is needed,
// in the order that takes the least time, and shows how it goes.
package up

import (
	"context"

	"golang.org/x/sync/errgroup"

	"gatehouse/internal/console"
	"gatehouse/internal/project"
)

// installSpace is the disk space that a first installation takes, in bytes: npm
// packages, Go modules and Go's build cache.
const installSpace = 2 << 30

// Build installs the npm packages, builds the pages and the CDK app. Packages and
// app have nothing to do with each other, so they go at the same time.
func Build(ctx context.Context, p project.Project, con *console.Console) error {
	if err := p.Tools(ctx); err != nil {
		return err
	}
	if !p.IsBuilt() {
		if err := p.CheckSpace(installSpace); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return step(con, "Building the CDK app", func() (string, error) {
			return "", p.BuildApp(ctx)
		})
	})
	group.Go(func() error {
		if err := packages(ctx, p, con); err != nil {
			return err
		}
		return step(con, "Building the site", func() (string, error) {
			built, err := p.BuildSite(ctx)
			return unlessDone(built), err
		})
	})
	return group.Wait()
}

// Install installs the npm packages, and with them the cdk CLI.
func Install(ctx context.Context, p project.Project, con *console.Console) error {
	if err := p.Tools(ctx); err != nil {
		return err
	}
	return packages(ctx, p, con)
}

func packages(ctx context.Context, p project.Project, con *console.Console) error {
	return step(con, "Installing packages", func() (string, error) {
		installed, err := p.InstallPackages(ctx)
		return unlessDone(installed), err
	})
}

// step shows work as a task of the console.
func step(con *console.Console, name string, work func() (result string, err error)) error {
	task := con.Start(name)
	result, err := work()
	if err != nil {
		task.Fail()
		return err
	}
	task.Done(result)
	return nil
}

func unlessDone(done bool) string {
	if done {
		return ""
	}
	return "up to date"
}
