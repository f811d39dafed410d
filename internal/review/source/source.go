// Package source reads versions of an environment's stacks for a review: from a
// cloud assembly, a template, or the golden templates of the checkout or of a
// revision. It needs neither network nor credentials.
package source

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gatehouse/config"
	"gatehouse/internal/review"
	"gatehouse/internal/review/change"
	"gatehouse/stacks/contract"
)

// Golden names the committed templates; [Revision] followed by a revision names
// those of another commit.
const (
	Golden   = "golden"
	Revision = "git:"
)

// Read reads what name stands for: [Golden], git:REVISION, the folder of a cloud
// assembly, or a template file. dir is the project's folder.
func Read(ctx context.Context, dir, name string, cfg config.Config) (review.Deployment, error) {
	if name == Golden {
		return golden(name, cfg, func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, filepath.FromSlash(file))) })
	}
	if revision, ok := strings.CutPrefix(name, Revision); ok {
		return atRevision(ctx, dir, revision, cfg)
	}
	info, err := os.Stat(name)
	if err != nil {
		return review.Deployment{}, fmt.Errorf("reading %s: %w", name, err)
	}
	if info.IsDir() {
		return Assembly(name)
	}
	stack, err := template(name, stackName(name), "")
	return review.Deployment{Label: name, Stacks: []change.Stack{stack}}, err
}

// stackName is the stack's name that a template's file name suggests.
func stackName(file string) string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), ".template")
}

func template(file, name, account string) (change.Stack, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return change.Stack{}, fmt.Errorf("reading %s: %w", file, err)
	}
	return parse(data, file, name, account)
}

func parse(data []byte, file, name, account string) (change.Stack, error) {
	values := map[string]string{}
	if account != "" {
		values[change.AccountID] = account
	}
	parsed, err := change.Parse(data, values)
	if err != nil {
		return change.Stack{}, fmt.Errorf("%s: %w", file, err)
	}
	return change.Stack{Name: name, Exists: true, Account: account, Template: parsed, Path: file, Source: data}, nil
}

// golden reads the golden templates of an environment with read, which takes a path
// in the project.
func golden(label string, cfg config.Config, read func(file string) ([]byte, error)) (review.Deployment, error) {
	d := review.Deployment{Label: label}
	for _, kind := range []string{contract.StackAuth, contract.StackHosting} {
		file := path.Join("stacks", "testdata", cfg.Environment+"-"+kind+".json")
		data, err := read(file)
		if err != nil {
			return d, fmt.Errorf("reading the golden template %s of %s: %w", file, label, err)
		}
		stack, err := parse(data, file, contract.StackName(cfg.Project, cfg.Environment, kind), cfg.Account)
		if err != nil {
			return d, err
		}
		stack.Region = cfg.Region
		d.Stacks = append(d.Stacks, stack)
	}
	return d, nil
}

// atRevision reads the golden templates of a commit. A revision is not synthesized:
// that would install and run what another commit says.
func atRevision(ctx context.Context, dir, revision string, cfg config.Config) (review.Deployment, error) {
	if revision == "" || strings.HasPrefix(revision, "-") {
		return review.Deployment{}, fmt.Errorf("want a revision after git:, such as git:main; got %q", revision)
	}
	then, err := configAt(ctx, dir, revision, cfg.Environment)
	if err != nil {
		then = cfg
	}
	d, failed := golden(Revision+revision, then, func(file string) ([]byte, error) {
		return git(ctx, dir, "show", revision+":./"+file)
	})
	if failed == nil && err != nil {
		d.Notes = append(d.Notes, fmt.Sprintf("The configuration of %s could not be read (%v); its project, account and region are taken to be those of now.", revision, err))
	}
	return d, failed
}

// configAt is an environment's configuration at a revision: it says where its stacks
// are and what they are called.
func configAt(ctx context.Context, dir, revision, environment string) (config.Config, error) {
	archive, err := git(ctx, dir, "archive", "--format=zip", revision, config.Dir)
	if err != nil {
		return config.Config{}, err
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return config.Config{}, err
	}
	return config.Load(files, environment)
}

func git(ctx context.Context, dir string, arguments ...string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, arguments...)...).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, errors.New(strings.TrimSpace(string(failed.Stderr)))
	}
	return out, err
}

// manifest is what of a cloud assembly's manifest.json is read:
// https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
type manifest struct {
	Artifacts map[string]struct {
		Type        string `json:"type"`
		Environment string `json:"environment"` // aws://account/region
		Properties  struct {
			TemplateFile          string `json:"templateFile"`
			StackName             string `json:"stackName"`
			TerminationProtection bool   `json:"terminationProtection"`
			DirectoryName         string `json:"directoryName"` // of a stage's own assembly
		} `json:"properties"`
	} `json:"artifacts"`
}

// Assembly reads the stacks of a cloud assembly, such as cdk.out.
func Assembly(dir string) (review.Deployment, error) {
	var m manifest
	if err := readJSON(filepath.Join(dir, "manifest.json"), &m); err != nil {
		return review.Deployment{}, fmt.Errorf("reading the cloud assembly %s: %w", dir, err)
	}
	d := review.Deployment{Label: dir}
	for _, id := range slices.Sorted(maps.Keys(m.Artifacts)) {
		artifact := m.Artifacts[id]
		switch artifact.Type {
		case "cdk:cloud-assembly":
			folder := artifact.Properties.DirectoryName
			if clean := filepath.Clean(folder); clean == "." || !filepath.IsLocal(folder) {
				return d, fmt.Errorf("reading the cloud assembly %s: the stage %s is in %q, which is no folder inside", dir, id, folder)
			}
			stage, err := Assembly(filepath.Join(dir, folder))
			if err != nil {
				return d, err
			}
			d.Stacks = append(d.Stacks, stage.Stacks...)
			continue
		case "aws:cloudformation:stack":
		default:
			continue
		}
		if artifact.Properties.TemplateFile == "" {
			return d, fmt.Errorf("reading the cloud assembly %s: the stack %s names no template", dir, id)
		}
		name := artifact.Properties.StackName
		if name == "" {
			name = id
		}
		stack, err := template(filepath.Join(dir, artifact.Properties.TemplateFile), name, accountOf(artifact.Environment))
		if err != nil {
			return d, err
		}
		stack.Region = regionOf(artifact.Environment)
		stack.TerminationProtection = new(artifact.Properties.TerminationProtection)
		if stack.Files, err = published(dir, id); err != nil {
			return d, err
		}
		d.Stacks = append(d.Stacks, stack)
	}
	if len(d.Stacks) == 0 {
		return d, fmt.Errorf("reading the cloud assembly %s: there is no stack in it", dir)
	}
	return d, nil
}

// accountOf is the account of an artifact's environment, "" if it is that of whoever
// deploys.
func accountOf(environment string) string {
	account, _, _ := strings.Cut(strings.TrimPrefix(environment, "aws://"), "/")
	if strings.HasPrefix(account, "unknown") {
		return ""
	}
	return account
}

// regionOf is the Region of an artifact's environment, "" if it is not known.
func regionOf(environment string) string {
	region := path.Base(environment)
	if environment == "" || strings.HasPrefix(region, "unknown") {
		return ""
	}
	return region
}

// configuration is the published file whose keys pages depend on.
const configuration = "amplify_outputs.json"

// published are the configuration files that a stack of an assembly publishes.
func published(dir, artifact string) (map[string]map[string]any, error) {
	var assets struct {
		Files map[string]struct {
			Source struct {
				Path string `json:"path"`
			} `json:"source"`
		} `json:"files"`
	}
	err := readJSON(filepath.Join(dir, artifact+".assets.json"), &assets)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // it publishes nothing
	}
	if err != nil {
		return nil, err
	}
	files := map[string]map[string]any{}
	for _, asset := range assets.Files {
		var content map[string]any
		err := readJSON(filepath.Join(dir, asset.Source.Path, configuration), &content)
		if err == nil {
			files[configuration] = content
		} else if !absent(err) {
			return nil, err
		}
	}
	return files, nil
}

// absent is whether there is no such file, or what should be its folder is a file.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || strings.HasSuffix(err.Error(), "not a directory")
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
