package pipelinetest

import (
	"fmt"
	"path/filepath"
)

// Buildspec is a file of CodeBuild:
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
type Buildspec struct {
	Version string `yaml:"version"`
	Env     struct {
		Shell          string            `yaml:"shell"`
		ParameterStore map[string]string `yaml:"parameter-store"`
		Exported       []string          `yaml:"exported-variables"`
	} `yaml:"env"`
	Phases struct {
		Install  Phase `yaml:"install"`
		PreBuild Phase `yaml:"pre_build"`
		Build    Phase `yaml:"build"`
	} `yaml:"phases"`
	Artifacts struct {
		Files   []string `yaml:"files"`
		Exclude []string `yaml:"exclude-paths"`
	} `yaml:"artifacts"`
}

// Phase is a part of a build.
type Phase struct {
	Runtimes map[string]string `yaml:"runtime-versions"`
	Commands []string          `yaml:"commands"`
	Finally  []string          `yaml:"finally"`
}

// Buildspecs are CodeBuild's files, by their path in the project.
func Buildspecs(dir string) (map[string]Buildspec, error) {
	files, err := filepath.Glob(filepath.Join(dir, "buildspec", "*"))
	if err != nil {
		return nil, err
	}
	specs := map[string]Buildspec{}
	for _, file := range files {
		name := "buildspec/" + filepath.Base(file)
		var spec Buildspec
		if err := read(dir, name, &spec); err != nil {
			return nil, err
		}
		if spec.Version != "0.2" { // in 0.1 each command has a shell of its own
			return nil, fmt.Errorf("%s: version is %q; want 0.2", name, spec.Version)
		}
		specs[name] = spec
	}
	return specs, nil
}

// CodeBuild are CodeBuild's files, a job each, without what prepares the tools.
func CodeBuild(dir string) ([]Job, error) {
	specs, err := Buildspecs(dir)
	var jobs []Job
	for file, spec := range specs {
		j := Job{File: file, Name: "build", Env: map[string]string{}, Exported: spec.Env.Exported, Keeps: spec.Artifacts.Files}
		for _, phase := range []Phase{spec.Phases.PreBuild, spec.Phases.Build} {
			for _, line := range phase.Commands {
				j.Steps = append(j.Steps, Step{Run: line})
			}
			for _, line := range phase.Finally {
				j.Steps = append(j.Steps, Step{Run: line, Finally: true})
			}
		}
		jobs = append(jobs, j)
	}
	return jobs, err
}
