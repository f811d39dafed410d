package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// InstallPackages installs the npm packages of package-lock.json: the cdk CLI and
// the site's tools. It reports false, and does nothing, when they are there.
func (p Project) InstallPackages(ctx context.Context) (installed bool, err error) {
	wanted, err := p.fingerprint(nil, "package-lock.json")
	if err != nil {
		return false, err
	}
	stamp := filepath.Join(p.Dir, "node_modules", ".gatehouse-stamp")
	if isStamped(stamp, wanted) {
		return false, nil
	}
	// npm ci empties node_modules first, so the stamp is gone until all is in place.
	if err := p.run(ctx, "npm", "installing packages", "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"); err != nil {
		if tool, ok := errors.AsType[*ToolError](err); ok {
			return false, &NotInstalledError{tool}
		}
		return false, err
	}
	return true, writeStamp(stamp, wanted)
}

// NotInstalledError says that npm could not install the packages.
type NotInstalledError struct{ *ToolError }

func (e *NotInstalledError) Unwrap() error { return e.ToolError }

// Hint is how to go on.
func (e *NotInstalledError) Hint() string {
	return "npm fetches packages from its registry: see that the network is there, and run the same command again."
}

// BuildSite builds the pages into site/dist. It reports false, and does nothing,
// when the pages there come from the sources as they are, or there are no sources.
func (p Project) BuildSite(ctx context.Context) (built bool, err error) {
	if _, err := os.Stat(filepath.Join(p.Dir, "site", "package.json")); errors.Is(err, fs.ErrNotExist) {
		return false, nil // a team with pages of its own has deleted ours
	}
	wanted, err := p.fingerprint([]string{"node_modules", "dist"}, "site", "package-lock.json")
	if err != nil {
		return false, err
	}
	stamp := p.private("site.stamp")
	if _, err := os.Stat(filepath.Join(p.Dir, "site", "dist", "index.html")); err == nil && isStamped(stamp, wanted) {
		return false, nil
	}
	if err := p.run(ctx, "site", "building the site", "npm", "run", "build", "--workspace", "site"); err != nil {
		return false, err
	}
	return true, writeStamp(stamp, wanted)
}

// BuildApp builds the CDK app, bin/infra. The go command knows what is new; the
// same sources give the same program in every folder and at every commit.
func (p Project) BuildApp(ctx context.Context) error {
	app := filepath.Join("bin", "infra")
	err := p.run(ctx, "infra", "building the CDK app",
		"go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", app, "./infra")
	if err == nil {
		return nil
	}
	// A program that was written in part, as to a full disk, looks up to date to the go command.
	if e := os.Remove(filepath.Join(p.Dir, app)); e != nil && !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}

// IsBuilt tells whether the project was installed and built before.
func (p Project) IsBuilt() bool {
	_, err := os.Stat(filepath.Join(p.Dir, "bin", "infra"))
	return err == nil
}

// Tools checks that the programs a build needs are there and new enough.
func (p Project) Tools(ctx context.Context) error {
	if err := p.checkNode(ctx); err != nil {
		return err
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return fmt.Errorf("npm is not installed, or not on the PATH: it comes with Node.js; install Node.js %s or newer", oldestNode)
	}
	hasModules, hasCache := p.isSet("GOMODCACHE", "GOPATH"), p.isSet("GOCACHE", "XDG_CACHE_HOME")
	if !p.isSet("HOME") && !(hasModules && hasCache) {
		return errors.New("HOME is not set: go keeps its caches there; set it, or GOPATH and GOCACHE, and run this again")
	}
	return nil
}

// isSet is whether tools see any of these variables with a value.
func (p Project) isSet(names ...string) bool {
	return slices.ContainsFunc(p.Environ, func(entry string) bool {
		name, value, _ := strings.Cut(entry, "=")
		return value != "" && slices.Contains(names, name)
	})
}
