// Package project knows the folders of a Gatehouse project and runs the tools
// that build and deploy it: npm, go, and the cdk CLI.
package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gatehouse/config"
)

// Project is a checkout on disk.
type Project struct {
	Dir     string    // the folder that holds cdk.json
	Environ []string  // the environment that tools inherit, as KEY=value
	Output  io.Writer // if set, is shown what tools print, beside the log
}

// Find returns the project that dir is in: dir itself or the nearest folder above
// it that holds cdk.json.
func Find(dir string, environ []string) (Project, error) {
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		_, err := os.Stat(filepath.Join(at, "cdk.json"))
		if err == nil {
			return Project{Dir: at, Environ: environ}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return Project{}, fmt.Errorf("looking for the project: %w", err)
		}
		if at == filepath.Dir(at) {
			return Project{}, fmt.Errorf("no cdk.json in %s or above it: run this in a Gatehouse project", dir)
		}
	}
}

// Config loads an environment of the project.
func (p Project) Config(environment string) (config.Config, error) {
	return config.Load(os.DirFS(p.Dir), environment)
}

// StatePath is where the local cloud keeps its state.
func (p Project) StatePath() string { return p.private("state.db") }

// private is a path in the folder that git ignores and that may be deleted at any time.
func (p Project) private(elem ...string) string {
	return filepath.Join(append([]string{p.Dir, ".gatehouse"}, elem...)...)
}
