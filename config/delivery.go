package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Delivery is which pipelines may review and deploy the environment. They get roles
// for the length of a job, never keys: see the Delivery stack.
type Delivery struct {
	// GitHub Actions.
	GitHub GitHub `yaml:"github"`
	// GitLab CI.
	GitLab GitLab `yaml:"gitlab"`
	// Whether AWS CodeBuild projects of the environment's account, called
	// <project>-<environment>-review and <project>-<environment>-deploy, may.
	CodeBuild bool `yaml:"codeBuild"`
}

// GitHub is a repository whose workflows may review and deploy.
type GitHub struct {
	// The repository, such as acme/shop. Empty: none.
	Repository string `yaml:"repository" max:"140" pattern:"^[A-Za-z0-9](-?[A-Za-z0-9])*/[A-Za-z0-9._-]+$" want:"owner/name"`
	// The GitHub environment whose jobs may deploy; its rules say who approves and
	// from which branch. Empty: any job of the branch may.
	Environment string `yaml:"environment" max:"255" pattern:"^[A-Za-z0-9 ._-]+$" want:"letters, digits, spaces and . _ -"`
	// The branch that may deploy if no GitHub environment is named.
	Branch string `yaml:"branch" max:"255" pattern:"^[A-Za-z0-9._/-]+$" want:"the name of a branch"`
	// Whether the account has GitHub's OpenID Connect provider already: it can have
	// only one.
	ExistingProvider bool `yaml:"existingProvider"`
}

// GitLab is a project whose pipelines may review and deploy.
type GitLab struct {
	// The project's path, such as acme/shop. Empty: none.
	Project string `yaml:"project" max:"255" pattern:"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$" want:"group/name"`
	// Where GitLab is.
	Host string `yaml:"host" max:"255" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$" want:"a host name, such as gitlab.com"`
	// The branch that may deploy. Protect it.
	Branch string `yaml:"branch" max:"255" pattern:"^[A-Za-z0-9._/-]+$" want:"the name of a branch"`
	// Whether the account has this GitLab's OpenID Connect provider already.
	ExistingProvider bool `yaml:"existingProvider"`
}

// On is whether any pipeline may deploy the environment.
func (d Delivery) On() bool {
	return d.GitHub.Repository != "" || d.GitLab.Project != "" || d.CodeBuild
}

// Preview says that the environment is deployed in copies that live for a while,
// each with a name, a user pool and a site of its own.
type Preview struct {
	// How long a copy lives after it was last deployed, as a number and a unit: 3d.
	// Empty: the environment has no copies.
	Lifetime Lifetime `yaml:"lifetime" range:"0h,90d"`
}

// Tags that every resource of a preview carries. What cleans up looks for them.
const (
	TagPreviewOf = "gatehouse-preview-of"       // the environment that it is a copy of
	TagLifetime  = "gatehouse-preview-lifetime" // how long it lives after it was last deployed
)

var (
	previewName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	notInName   = regexp.MustCompile(`[^a-z0-9]+`)
)

// Named is the copy called name of an environment that has copies: config/preview.yaml
// named pr-42 is the environment preview-pr-42. Without a name it is c itself, if that
// has no copies.
func (c Config) Named(name string) (Config, error) {
	copies := c.Preview.Lifetime > 0
	switch {
	case name == "" && !copies:
		return c, nil
	case name == "":
		return Config{}, fmt.Errorf("name: the environment %s is deployed in copies; name one, such as pr-42", c.Environment)
	case !copies:
		return Config{}, fmt.Errorf("name: the environment %s has no copies: it sets no preview.lifetime", c.Environment)
	case !previewName.MatchString(name):
		return Config{}, fmt.Errorf("name: want lower-case letters, digits and single hyphens; got %s", quote(name))
	}
	full := c.Environment + "-" + name
	if utf8.RuneCountInString(full) > 40 {
		return Config{}, fmt.Errorf("name: want at most 40 characters with the environment's, %s; got %d", full, utf8.RuneCountInString(full))
	}
	tags := map[string]string{TagPreviewOf: c.Environment, TagLifetime: c.Preview.Lifetime.String()}
	for key, value := range c.Tags {
		tags[key] = value
	}
	c.Environment, c.Tags = full, tags
	return c, nil
}

// Original is the environment's name without that of its copy: preview for preview-pr-42.
func (c Config) Original() string {
	if of, isCopy := c.Tags[TagPreviewOf]; isCopy {
		return of
	}
	return c.Environment
}

// NameFor makes a preview's name of what a pipeline calls its change: a branch or a
// number. It fails if nothing of it can be part of a name.
func NameFor(change string) (string, error) {
	name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(change), "-"), "-")
	if name == "" {
		return "", errors.New("want a name with letters or digits")
	}
	return name, nil
}

func (ch *checker) delivery(c Config) {
	d := c.Delivery
	for _, use := range []struct{ key, host string }{{"github", d.GitHub.Repository}, {"gitlab", d.GitLab.Project}} {
		key := "delivery." + use.key + ".branch"
		branch := d.GitHub.Branch
		if use.key == "gitlab" {
			branch = d.GitLab.Branch
		}
		if use.host != "" && branch == "" && ch.fine(key) {
			ch.bad(key, "missing; without it every branch could deploy")
		}
	}
	if d.GitLab.Project != "" && d.GitLab.Host == "" {
		ch.bad("delivery.gitlab.host", "missing; on GitLab's own service it is gitlab.com")
	}
	if d.On() && c.Account == "" {
		ch.bad("account", "missing; delivery gives roles in one account, so name it")
	}
}

func (ch *checker) preview(c Config) {
	for _, own := range []string{TagPreviewOf, TagLifetime} {
		if _, set := c.Tags[own]; set {
			ch.bad(join("tags", own), "previews are marked with it; choose another name")
		}
	}
	if c.Preview.Lifetime > 0 && c.Protect {
		ch.bad("protect", "want false: a preview is deleted after %s", c.Preview.Lifetime)
	}
	if c.Preview.Lifetime > 0 && c.Auth.Verification.DomainPrefix != "" {
		ch.bad("auth.verification.domainPrefix", "a domain is unique in its region, so previews cannot share it; use method: code")
	}
}
