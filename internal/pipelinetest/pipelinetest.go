// Package pipelinetest reads the committed definitions of the pipelines, for tests that
// check their lines and run them: GitHub's workflows, GitLab's, and CodeBuild's.
//
// It knows of each platform what these definitions use, and refuses the rest.
package pipelinetest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Job is what a platform runs in a fresh checkout.
type Job struct {
	File string // relative to the project
	Name string
	Env  map[string]string // as written
	// What later jobs are told and given. GitHub gives artefacts in steps.
	Outputs  map[string]string // GitHub: by name
	DotEnv   string            // GitLab: a file of variables
	Exported []string          // CodeBuild: variables
	Keeps    []string          // GitLab and CodeBuild: files, as patterns
	Steps    []Step
}

// Step is a line of shell, or an action.
type Step struct {
	ID   string
	If   string // GitHub: whether it is run
	Run  string
	Uses string
	With map[string]string
	Env  map[string]string
	// Finally steps run after one failed, too, and change nothing about that: GitLab's
	// after_script and CodeBuild's finally.
	Finally bool
}

// String says which job it is: deploy.yml: staging.
func (j Job) String() string { return j.File + ": " + j.Name }

// All are the jobs of all platforms. dir is the project.
func All(dir string) ([]Job, error) {
	var all []Job
	for _, read := range []func(string) ([]Job, error){GitHub, GitLab, CodeBuild} {
		jobs, err := read(dir)
		if err != nil {
			return nil, err
		}
		all = append(all, jobs...)
	}
	return all, nil
}

// Find is one job of a file.
func Find(jobs []Job, file, name string) (Job, error) {
	for _, j := range jobs {
		if j.File == file && j.Name == name {
			return j, nil
		}
	}
	return Job{}, fmt.Errorf("there is no job %s in %s", name, file)
}

// Workflow is one of GitHub's files, as far as it is more than jobs.
type Workflow struct {
	File        string               `yaml:"-"`
	Name        string               `yaml:"name"`
	On          yaml.Node            `yaml:"on"`
	Permissions map[string]string    `yaml:"permissions"`
	Concurrency yaml.Node            `yaml:"concurrency"`
	Defaults    map[string]yaml.Node `yaml:"defaults"`
	Jobs        map[string]GitHubJob `yaml:"jobs"`
}

// GitHubJob is a job as GitHub's workflows write it.
type GitHubJob struct {
	If          string            `yaml:"if"`
	Needs       yaml.Node         `yaml:"needs"`
	RunsOn      string            `yaml:"runs-on"`
	Timeout     int               `yaml:"timeout-minutes"`
	Environment string            `yaml:"environment"`
	Concurrency yaml.Node         `yaml:"concurrency"`
	Permissions map[string]string `yaml:"permissions"`
	Outputs     map[string]string `yaml:"outputs"`
	Env         map[string]string `yaml:"env"`
	Steps       []GitHubStep      `yaml:"steps"`
}

// GitHubStep is a step of a job or of an action.
type GitHubStep struct {
	ID    string            `yaml:"id"`
	If    string            `yaml:"if"`
	Run   string            `yaml:"run"`
	Shell string            `yaml:"shell"`
	Uses  string            `yaml:"uses"`
	With  map[string]string `yaml:"with"`
	Env   map[string]string `yaml:"env"`
}

// Workflows are GitHub's files, by name.
func Workflows(dir string) ([]Workflow, error) {
	files, err := filepath.Glob(filepath.Join(dir, ".github", "workflows", "*"))
	if err != nil {
		return nil, err
	}
	var list []Workflow
	for _, file := range files {
		w := Workflow{File: ".github/workflows/" + filepath.Base(file)}
		if err := read(dir, w.File, &w); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, nil
}

// GitHub are the jobs of GitHub's workflows.
func GitHub(dir string) ([]Job, error) {
	workflows, err := Workflows(dir)
	var jobs []Job
	for _, w := range workflows {
		for _, name := range slices.Sorted(maps.Keys(w.Jobs)) {
			g := w.Jobs[name]
			j := Job{File: w.File, Name: name, Env: g.Env, Outputs: g.Outputs}
			for _, s := range g.Steps {
				j.Steps = append(j.Steps, Step{ID: s.ID, If: s.If, Run: s.Run, Uses: s.Uses, With: s.With, Env: s.Env})
			}
			jobs = append(jobs, j)
		}
	}
	return jobs, err
}

// read decodes one file. What the type lacks is a mistake: a check would pass it by.
func read(dir, name string, into any) error {
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
