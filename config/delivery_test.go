package config_test

import (
	"maps"
	"testing"

	"gatehouse/config"
)

func TestDeliveryMistakes(t *testing.T) {
	t.Parallel()
	const account = "account: \"123456789012\"\n"
	for name, tc := range map[string]struct{ in, want string }{
		"a repository and an account are enough": {good + account + "delivery: {github: {repository: acme/shop}}", ""},
		"roles are in one account":               {good + "delivery: {github: {repository: acme/shop}}", "t.yaml:1: account: missing; delivery gives roles in one account, so name it"},
		"a repository has an owner":              {good + account + "delivery: {github: {repository: shop}}", `t.yaml:4: delivery.github.repository: want owner/name; got "shop"`},
		"no star lets others in":                 {good + account + "delivery: {github: {repository: acme/*}}", `t.yaml:4: delivery.github.repository: want owner/name; got "acme/*"`},
		"nor does one in an environment":         {good + account + "delivery: {github: {repository: acme/shop, environment: '*'}}", `t.yaml:4: delivery.github.environment: want letters, digits, spaces and . _ -; got "*"`},
		"nor one in a branch":                    {good + account + "delivery: {gitlab: {project: acme/shop, branch: '*'}}", `t.yaml:4: delivery.gitlab.branch: want the name of a branch; got "*"`},
		"not every branch":                       {good + account + "delivery: {gitlab: {project: acme/shop, branch: ''}}", "t.yaml:4: delivery.gitlab.branch: missing; without it every branch could deploy"},
		"a GitLab has a host":                    {good + account + "delivery: {gitlab: {project: acme/shop, host: ''}}", "t.yaml:4: delivery.gitlab.host: missing; on GitLab's own service it is gitlab.com"},
		"a host is no address":                   {good + account + "delivery: {gitlab: {project: acme/shop, host: 'https://gitlab.com'}}", `t.yaml:4: delivery.gitlab.host: want a host name, such as gitlab.com; got "https://gitlab.com"`},
		"a preview is not protected":             {good + "preview: {lifetime: 3d}", "t.yaml:1: protect: want false: a preview is deleted after 3d"},
		"what marks previews is not set by hand": {good + "tags: {gatehouse-preview-of: prod}", "t.yaml:3: tags.gatehouse-preview-of: previews are marked with it; choose another name"},
		"nor does it live for ever":              {good + "protect: false\npreview: {lifetime: 91d}", "t.yaml:4: preview.lifetime: want 0h–90d; got 91d"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("t.yaml", []byte(tc.in))
			if got := text(err); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	preview, err := config.Parse("preview.yaml", []byte(good+"protect: false\ntags: {a: b}\npreview: {lifetime: 3d}"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := config.Parse("prod.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		cfg       config.Config
		name      string
		want, err string
	}{
		"a copy has a name of its own":     {preview, "pr-42", "preview-pr-42", ""},
		"without a name there is no copy":  {preview, "", "", "name: the environment preview is deployed in copies; name one, such as pr-42"},
		"an environment is itself":         {plain, "", "prod", ""},
		"an environment without copies":    {plain, "pr-42", "", "name: the environment prod has no copies: it sets no preview.lifetime"},
		"a name that no stack can have":    {preview, "PR/42", "", `name: want lower-case letters, digits and single hyphens; got "PR/42"`},
		"a name too long for AWS's limits": {preview, "abcdefghijklmnopqrstuvwxyz-1234567", "", "name: want at most 40 characters with the environment's, preview-abcdefghijklmnopqrstuvwxyz-1234567; got 42"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.cfg.Named(tc.name)
			if got.Environment != tc.want || text(err) != tc.err {
				t.Errorf("got  %q, %s\nwant %q, %s", got.Environment, text(err), tc.want, tc.err)
			}
		})
	}
	named, err := preview.Named("pr-42")
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"a": "b", config.TagPreviewOf: "preview", config.TagLifetime: "3d"}; !maps.Equal(named.Tags, want) || len(preview.Tags) != 1 || named.Original() != "preview" {
		t.Errorf("got tags %v, and the environment's %v; want %v", named.Tags, preview.Tags, want)
	}
}

func TestNameFor(t *testing.T) {
	t.Parallel()
	for change, want := range map[string]string{"pr-42": "pr-42", "42/merge": "42-merge", "Feature/Árvíz #1": "feature-rv-z-1", "--": "", "": ""} {
		got, err := config.NameFor(change)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", change, got, err, want)
		}
	}
}
