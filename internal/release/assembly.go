package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// assembly is a cloud assembly on the disk, as far as going back needs to know it:
// https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
type assembly struct {
	Version   string                     `json:"version"`
	Artifacts map[string]json.RawMessage `json:"artifacts"`
}

// artifact is a stack of an assembly, or the list of files that it publishes.
type artifact struct {
	Type         string         `json:"type"`
	Environment  string         `json:"environment,omitempty"`
	Properties   map[string]any `json:"properties"`
	Dependencies []string       `json:"dependencies,omitempty"`
	DisplayName  string         `json:"displayName,omitempty"`
}

// files is <stack>.assets.json.
type files struct {
	Version string                     `json:"version"`
	Files   map[string]file            `json:"files"`
	Images  map[string]json.RawMessage `json:"dockerImages"`
}

type file struct {
	DisplayName  string                    `json:"displayName,omitempty"`
	Source       map[string]string         `json:"source"`
	Destinations map[string]map[string]any `json:"destinations"`
}

// past writes an assembly into out that deploys an earlier template of one stack, as
// the assembly in dir would deploy a new one: to the same place, by the same roles.
// What the template publishes is in the CDK's bucket still, under its hash, so the
// template is the one file of it.
func past(dir, stack, template string, tags map[string]string, out string) error {
	var whole assembly
	if err := readJSON(filepath.Join(dir, "manifest.json"), &whole); err != nil {
		return err
	}
	var entry, list artifact
	if err := json.Unmarshal(whole.Artifacts[stack], &entry); err != nil {
		return fmt.Errorf("the assembly in %s has no stack %s: %w", dir, stack, err)
	}
	assets := stack + ".assets"
	if err := json.Unmarshal(whole.Artifacts[assets], &list); err != nil {
		return fmt.Errorf("the assembly in %s lists no files of %s: %w", dir, stack, err)
	}
	var published files
	if err := readJSON(filepath.Join(dir, assets+".json"), &published); err != nil {
		return err
	}
	name, _ := entry.Properties["templateFile"].(string)
	sum := sha256.Sum256([]byte(template))
	id := hex.EncodeToString(sum[:])
	var own file
	for _, f := range published.Files {
		if f.Source["path"] == name {
			own = f
		}
	}
	if own.Source == nil {
		return fmt.Errorf("the assembly in %s does not publish the template of %s", dir, stack)
	}
	for _, destination := range own.Destinations {
		destination["objectKey"] = id + ".json"
	}
	url, _ := entry.Properties["stackTemplateAssetObjectUrl"].(string)
	entry.Properties["stackTemplateAssetObjectUrl"] = url[:strings.LastIndex(url, "/")+1] + id + ".json"
	entry.Properties["tags"] = tags
	entry.Dependencies = []string{assets}

	return replace(out, func(dir string) error {
		return errors.Join(
			os.WriteFile(filepath.Join(dir, name), []byte(template), 0o644), // to the byte: its hash is its name
			writeJSON(filepath.Join(dir, assets+".json"), files{published.Version, map[string]file{id: own}, map[string]json.RawMessage{}}),
			writeJSON(filepath.Join(dir, "manifest.json"), map[string]any{
				"version": whole.Version, "artifacts": map[string]artifact{stack: entry, assets: list},
			}))
	})
}

// replace replaces the folder out by one that write fills: there is never half of it.
// Of two that do it at the same time, the later one wins.
func replace(out string, write func(dir string) error) error {
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(out), "unfinished-*")
	if err != nil {
		return err
	}
	if err := write(dir); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	for old := dir + "-old"; ; {
		err := os.Rename(dir, out)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := os.Rename(out, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
}

func writeJSON(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// isTemplateOf is whether the assembly in dir has this very template for a stack.
func isTemplateOf(dir, stack, template string) (bool, error) {
	var a assembly
	if err := readJSON(filepath.Join(dir, "manifest.json"), &a); err != nil {
		return false, err
	}
	var entry artifact
	if err := json.Unmarshal(a.Artifacts[stack], &entry); err != nil {
		return false, fmt.Errorf("the assembly in %s has no stack %s: %w", dir, stack, err)
	}
	name, _ := entry.Properties["templateFile"].(string)
	data, err := os.ReadFile(filepath.Join(dir, name))
	return string(data) == template, err
}
