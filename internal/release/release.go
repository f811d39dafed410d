// Package release makes, deploys and takes back releases.
//
// A release is a folder that is synthesized once and deployed several times: a cloud
// assembly for each environment, of one commit and one build of the site, under one
// hash. What is tried on staging is what production gets, to the byte; nothing is
// built in between. An environment's own settings are in its own assembly, so there is
// no template that differs by a parameter.
//
//	release.json    what is in it
//	staging/        cdk deploy --app release/staging
//	prod/
package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"gatehouse/internal/project"
)

// Manifest is release.json.
type Manifest struct {
	Version      int               `json:"version"`          // of this format: 1
	Commit       string            `json:"commit,omitempty"` // for people; not part of the hash
	SHA256       string            `json:"sha256"`           // of the hashes below, by name
	Environments map[string]string `json:"environments"`     // the environment and its assembly's hash
}

const (
	manifestFile    = "release.json"
	manifestVersion = 1
)

// Create synthesizes environments into dir, which must not exist or be a release, finished
// or not, and writes what is in it. The app and the site must have been built.
func Create(ctx context.Context, p project.Project, dir string, environments []string) (Manifest, error) {
	if err := makeRoom(dir); err != nil {
		return Manifest{}, fmt.Errorf("making room for the release: %w", err)
	}
	m := Manifest{Version: manifestVersion, Commit: p.Commit(ctx), Environments: map[string]string{}}
	for _, environment := range environments {
		out := filepath.Join(dir, environment)
		if err := p.Synth(ctx, project.Synthesis{Environment: environment, Out: out, Validate: true}); err != nil {
			return Manifest{}, err
		}
		sum, err := sumOf(out)
		if err != nil {
			return Manifest{}, fmt.Errorf("hashing %s: %w", out, err)
		}
		m.Environments[environment] = sum
	}
	m.SHA256 = m.sum()
	if err := m.write(dir); err != nil {
		return Manifest{}, fmt.Errorf("writing the release: %w", err)
	}
	return m, nil
}

func (m Manifest) write(dir string) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, manifestFile), append(data, '\n'), 0o644)
}

// makeRoom makes dir a release that is not finished. It deletes an earlier one, finished
// or not, and nothing else.
func makeRoom(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, manifestFile)); err != nil && len(entries) > 0 {
		return fmt.Errorf("%s holds other things than a release: choose another folder", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// First of all: whatever happens from here on, the folder is one to make a release in.
	if err := (Manifest{Version: manifestVersion}).write(dir); err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == manifestFile {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Open reads the release in dir and checks that it is what was made: all of it, and
// if wanted is not empty, that it is the release with that hash.
func Open(dir, wanted string) (Manifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		return Manifest{}, fmt.Errorf("opening the release: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return Manifest{}, fmt.Errorf("opening the release: %s: %w", manifestFile, err)
	}
	if m.Version != manifestVersion {
		return Manifest{}, fmt.Errorf("opening the release: %s is of version %d; this program knows %d", manifestFile, m.Version, manifestVersion)
	}
	if m.SHA256 == "" {
		return Manifest{}, fmt.Errorf("opening the release: %s is not finished: run gatehouse release create again", dir)
	}
	for _, environment := range slices.Sorted(maps.Keys(m.Environments)) {
		if !filepath.IsLocal(environment) || filepath.Base(environment) != environment {
			return Manifest{}, fmt.Errorf("opening the release: %q is no environment's name", environment)
		}
		sum, err := sumOf(filepath.Join(dir, environment))
		if err != nil {
			return Manifest{}, fmt.Errorf("opening the release: %w", err)
		}
		if sum != m.Environments[environment] {
			return Manifest{}, &ChangedError{environment, sum, m.Environments[environment]}
		}
	}
	if sum := m.sum(); sum != m.SHA256 {
		return Manifest{}, &ChangedError{"", sum, m.SHA256}
	}
	if wanted != "" && m.SHA256 != wanted {
		return Manifest{}, &ChangedError{"", m.SHA256, wanted}
	}
	return m, nil
}

// ChangedError says that a release is not the one that was made.
type ChangedError struct {
	Environment string // "": the release as a whole
	Got, Want   string // SHA-256
}

func (e *ChangedError) Error() string {
	what := "the release"
	if e.Environment != "" {
		what += "'s " + e.Environment
	}
	return fmt.Sprintf("%s is not what was made and reviewed: its SHA-256 is %s; want %s", what, e.Got, e.Want)
}
