package config_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gatehouse/config"
)

// text is an error's message, "" for nil.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// project is a project's folder with the given files in config/.
func project(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, content := range files {
		m["config/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

func TestEnvironmentsOfThisRepositoryLoad(t *testing.T) {
	t.Parallel()
	repository := os.DirFS("..")
	envs, err := config.Environments(repository)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"dev", "local", "preview", "prod", "staging"}; !slices.Equal(envs, want) {
		t.Errorf("environments: got %v; want %v", envs, want)
	}
	for _, env := range envs {
		cfg, err := config.Load(repository, env)
		if err != nil {
			t.Errorf("%s: %v", env, err)
		}
		if cfg.Environment != env || cfg.Project != "gatehouse" {
			t.Errorf("got project %q, environment %q; want gatehouse, %s", cfg.Project, cfg.Environment, env)
		}
		if cfg.Protect != (env == "prod") {
			t.Errorf("%s: protect is %t", env, cfg.Protect)
		}
		if local := cfg.Local != (config.Local{}); local != (env == "local") {
			t.Errorf("%s: local is %+v", env, cfg.Local)
		}
	}
}

func TestExtending(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(project(map[string]string{
		"base.yaml": `
project: shop
region: eu-central-1
tags: {team: doors, cost: "7"}
auth:
  password: {minLength: 20, history: 3}
  groups: [{name: a}, {name: b}]
hosting:
  headers: {custom: {X-One: "1"}}
`,
		"mid.yaml": "extends: base.yaml\ntags: {cost: \"8\"}\n",
		"prod.yaml": `
extends: mid.yaml
tags: {on-call: night}
auth:
  password: {history: 5}
  groups: [{name: c}]
`,
	}), "prod")
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"team": "doors", "cost": "8", "on-call": "night"}; !maps.Equal(cfg.Tags, want) {
		t.Errorf("tags are not joined key by key: got %v; want %v", cfg.Tags, want)
	}
	if p := cfg.Auth.Password; p.MinLength != 20 || p.History != 5 || !p.RequireSymbols {
		t.Errorf("password: got %+v; want 20 of base.yaml, 5 of prod.yaml, symbols by default", p)
	}
	if g := cfg.Auth.Groups; len(g) != 1 || g[0].Name != "c" {
		t.Errorf("a list does not take the other's place: got %v", g)
	}
	if cfg.Environment != "prod" {
		t.Errorf("environment: got %q; want the file's name", cfg.Environment)
	}
}

func TestExtendingGoesWrong(t *testing.T) {
	t.Parallel()
	const fine = "project: shop\nregion: eu-central-1\n"
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a file that is not there": {
			map[string]string{"prod.yaml": fine + "extends: bse.yaml\n"},
			"config/prod.yaml:3: extends: reading config/bse.yaml: there is no such file",
		},
		"a circle": {
			map[string]string{"prod.yaml": fine + "extends: mid.yaml", "mid.yaml": "extends: prod.yaml"},
			"config/mid.yaml:1: extends: config/prod.yaml extends itself in the end",
		},
		"itself": {
			map[string]string{"prod.yaml": fine + "extends: prod.yaml"},
			"config/prod.yaml:3: extends: config/prod.yaml extends itself in the end",
		},
		"a file outside the project": {
			map[string]string{"prod.yaml": fine + "extends: ../../secrets.yaml"},
			`config/prod.yaml:3: extends: want a file as seen from this one's folder, such as base.yaml; got "../../secrets.yaml"`,
		},
		"a list of files": {
			map[string]string{"prod.yaml": fine + "extends: [a.yaml, b.yaml]"},
			"config/prod.yaml:3: extends: want a file as seen from this one's folder, such as base.yaml; got a list",
		},
		"a mistake is reported where it stands": {
			map[string]string{
				"prod.yaml": "extends: base.yaml\nauth:\n  tokens:\n    refresh: 2d\n    access: 25h\n",
				"base.yaml": fine + "auth:\n  password:\n    minLength: 5\n  tokns: {}\n",
			},
			"config/base.yaml:5: auth.password.minLength: want 6–99; got 5\n" +
				"config/base.yaml:6: auth.tokns: no such setting; did you mean tokens?\n" +
				"config/prod.yaml:5: auth.tokens.access: want 5m–24h; got 25h",
		},
		"a shared name of the environment": {
			map[string]string{"prod.yaml": "extends: base.yaml", "base.yaml": fine + "environment: x\n"},
			"config/base.yaml:3: environment: set it in config/prod.yaml itself: two environments of one name would be the same stacks",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := config.Load(project(tc.files), "prod"); text(err) != tc.want {
				t.Errorf("got  %s\nwant %s", text(err), tc.want)
			}
		})
	}
}

func TestUnknownEnvironmentNamesTheKnown(t *testing.T) {
	t.Parallel()
	files := project(map[string]string{"base.yaml": "", "dev.yaml": "", "prod.yaml": "", "schema.json": "{}"})
	for env, want := range map[string]string{
		"":            "no environment is named; known are dev, prod",
		"prd":         `there is no environment "prd"; known are dev, prod; did you mean prod?`,
		"base":        `there is no environment "base"; known are dev, prod`,
		"../etc/pass": `there is no environment "../etc/pass"; known are dev, prod`,
	} {
		_, err := config.Load(files, env)
		if _, ok := errors.AsType[*config.UnknownEnvironmentError](err); !ok || text(err) != want {
			t.Errorf("%q: got  %v\nwant %s", env, err, want)
		}
	}
	if _, err := config.Load(fstest.MapFS{}, "prod"); text(err) != `there is no environment "prod"; config/ holds no .yaml file of one` {
		t.Errorf("an empty project: got %v", err)
	}
}

func TestLifetimes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Duration{
		"5m": 5 * time.Minute, "90m": 90 * time.Minute, "1h": time.Hour, "24h": 24 * time.Hour, "30d": 720 * time.Hour, "1d": 24 * time.Hour,
	} {
		l, err := config.ParseLifetime(in)
		if err != nil || l.Duration() != want {
			t.Errorf("%s: got %v, %v; want %v", in, l.Duration(), err, want)
		}
		again, err := config.ParseLifetime(l.String())
		if err != nil || again != l {
			t.Errorf("%s: is written %s, which reads as %v, %v", in, l, again, err)
		}
	}
	for _, in := range []string{"", "h", "1", "1s", "1 h", "-1h", "+1h", "1.5h", "0x1h", "1w", "4294967295d", "99999999999999999999h", "1hh"} {
		if l, err := config.ParseLifetime(in); err == nil {
			t.Errorf("%q: got %v; want an error", in, l)
		}
	}
}

func TestReadsNoEndlessFile(t *testing.T) {
	t.Parallel()
	_, err := config.Load(project(map[string]string{"prod.yaml": strings.Repeat("#", 1<<20+1)}), "prod")
	if want := "config/prod.yaml:1: reading config/prod.yaml: larger than a mebibyte"; text(err) != want {
		t.Errorf("got %v; want %s", err, want)
	}
}
