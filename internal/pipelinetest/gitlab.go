package pipelinetest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const gitLabFile = ".gitlab-ci.yml"

// GitLabJob is a job as GitLab's file writes it.
type GitLabJob struct {
	Extends      string               `yaml:"extends"`
	Stage        string               `yaml:"stage"`
	Needs        []string             `yaml:"needs"`
	Timeout      string               `yaml:"timeout"`
	Interrupt    bool                 `yaml:"interruptible"`
	Group        string               `yaml:"resource_group"`
	Environment  yaml.Node            `yaml:"environment"`
	Rules        []GitLabRule         `yaml:"rules"`
	IDTokens     map[string]yaml.Node `yaml:"id_tokens"`
	Variables    map[string]string    `yaml:"variables"`
	BeforeScript []string             `yaml:"before_script"`
	Script       []string             `yaml:"script"`
	AfterScript  []string             `yaml:"after_script"`
	Artifacts    struct {
		Paths    []string `yaml:"paths"`
		ExpireIn string   `yaml:"expire_in"`
		Reports  struct {
			DotEnv string `yaml:"dotenv"`
		} `yaml:"reports"`
	} `yaml:"artifacts"`
}

// GitLabRule is when a job is run.
type GitLabRule struct {
	If           string `yaml:"if"`
	When         string `yaml:"when"`
	AllowFailure bool   `yaml:"allow_failure"`
}

// notJobs are the other keys of GitLab's file.
var notJobs = []string{"workflow", "stages", "default"}

// GitLabFile is GitLab's file.
type GitLabFile struct {
	Stages  []string
	Default struct {
		Image        string   `yaml:"image"`
		BeforeScript []string `yaml:"before_script"`
	}
	Jobs map[string]GitLabJob // with what they extend; what is only extended is left out
}

// ReadGitLab reads GitLab's file.
func ReadGitLab(dir string) (GitLabFile, error) {
	data, err := os.ReadFile(filepath.Join(dir, gitLabFile))
	if err != nil {
		return GitLabFile{}, err
	}
	var nodes map[string]yaml.Node
	if err := yaml.Unmarshal(data, &nodes); err != nil {
		return GitLabFile{}, fmt.Errorf("%s: %w", gitLabFile, err)
	}
	file := GitLabFile{Jobs: map[string]GitLabJob{}}
	jobs := map[string]yaml.Node{}
	for name, node := range nodes {
		switch {
		case name == "stages":
			err = node.Decode(&file.Stages)
		case name == "default":
			err = node.Decode(&file.Default)
		case !slices.Contains(notJobs, name):
			jobs[name] = node
		}
		if err != nil {
			return GitLabFile{}, fmt.Errorf("%s: %s: %w", gitLabFile, name, err)
		}
	}
	for name, node := range jobs {
		if strings.HasPrefix(name, ".") {
			continue
		}
		job, err := gitLabJob(jobs, node)
		if err != nil {
			return GitLabFile{}, fmt.Errorf("%s: %s: %w", gitLabFile, name, err)
		}
		if job.BeforeScript == nil {
			job.BeforeScript = file.Default.BeforeScript
		}
		file.Jobs[name] = job
	}
	return file, nil
}

// gitLabJob decodes a job over the one that it extends: its keys win, and those of
// variables are merged, as GitLab does it.
func gitLabJob(jobs map[string]yaml.Node, node yaml.Node) (GitLabJob, error) {
	var job GitLabJob
	var extends struct {
		Extends string `yaml:"extends"`
	}
	if err := node.Decode(&extends); err != nil {
		return job, err
	}
	if extends.Extends != "" {
		base, there := jobs[extends.Extends]
		if !there {
			return job, fmt.Errorf("extends %s, which is not there", extends.Extends)
		}
		if err := strict(base, &job); err != nil {
			return job, err
		}
	}
	inherited := job.Variables
	job.Variables = nil
	if err := strict(node, &job); err != nil {
		return job, err
	}
	variables := maps.Clone(inherited)
	if variables == nil {
		variables = map[string]string{}
	}
	maps.Copy(variables, job.Variables)
	job.Variables = variables
	return job, nil
}

// strict decodes a node. What the type lacks is a mistake: a check would pass it by.
func strict(node yaml.Node, into *GitLabJob) error {
	for i := 0; i < len(node.Content); i += 2 {
		if key := node.Content[i].Value; !slices.Contains(gitLabKeys, key) {
			return fmt.Errorf("line %d: %s: these tests do not know it", node.Content[i].Line, key)
		}
	}
	return node.Decode(into)
}

var gitLabKeys = []string{
	"extends", "stage", "needs", "timeout", "interruptible", "resource_group", "environment", "rules", "id_tokens", "variables",
	"before_script", "script", "after_script", "artifacts",
}

// GitLab are the jobs of GitLab's file. What the platform prepares before the script
// is not among their steps.
func GitLab(dir string) ([]Job, error) {
	file, err := ReadGitLab(dir)
	var jobs []Job
	for _, name := range slices.Sorted(maps.Keys(file.Jobs)) {
		g := file.Jobs[name]
		j := Job{File: gitLabFile, Name: name, Env: g.Variables, DotEnv: g.Artifacts.Reports.DotEnv, Keeps: g.Artifacts.Paths}
		for _, line := range g.Script {
			j.Steps = append(j.Steps, Step{Run: line})
		}
		for _, line := range g.AfterScript {
			j.Steps = append(j.Steps, Step{Run: line, Finally: true})
		}
		jobs = append(jobs, j)
	}
	return jobs, err
}
