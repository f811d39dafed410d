package release_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/project"
	"gatehouse/internal/release"
)

// newProject is a project whose cdk command line is a script. In the script, $out is the
// folder that it is to synthesize to; what it was called with is in the file "calls".
func newProject(t *testing.T, script string) project.Project {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "node_modules", ".bin", "cdk"), `#!/bin/sh
echo "$@" >> calls
while [ $# -gt 0 ]; do
	if [ "$1" = --output ]; then out=$2; fi
	shift
done
`+script)
	return project.Project{Dir: dir, Environ: os.Environ()}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// synth is a script that synthesizes something.
const synth = `
mkdir -p "$out/asset.1/assets"
echo template > "$out/shop.template.json"
echo page > "$out/asset.1/index.html"
pwd > "$out/tree.json"
echo $$ > "$out/shop.metadata.json"
echo lock > "$out/read.1.1.lock"
mkdir "$out/.cache" && echo $$ > "$out/.cache/1.zip"
`

func create(t *testing.T, dir string, environments ...string) release.Manifest {
	t.Helper()
	m, err := release.Create(t.Context(), newProject(t, synth), dir, environments)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantError wants an error that says something.
func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v; want %q", err, text)
	}
}

func TestAReleaseIsTheSameWhereverItIsMade(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "release")
	made, elsewhere := create(t, dir, "staging", "prod"), create(t, filepath.Join(t.TempDir(), "other"), "prod", "staging")
	if made.SHA256 == "" || made.SHA256 != elsewhere.SHA256 {
		t.Errorf("one has the hash %q, the other %q", made.SHA256, elsewhere.SHA256)
	}
	opened, err := release.Open(dir, made.SHA256)
	if err != nil || opened.SHA256 != made.SHA256 || len(opened.Environments) != 2 {
		t.Errorf("got %+v, %v; want what was made: %+v", opened, err, made)
	}
	if fewer := create(t, filepath.Join(t.TempDir(), "fewer"), "staging"); fewer.SHA256 == made.SHA256 {
		t.Error("a release for fewer environments has the same hash")
	}
}

func TestAReleaseThatWasChangedIsNotOpened(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, dir string){
		"a file has other content": func(t *testing.T, dir string) { write(t, filepath.Join(dir, "prod", "asset.1", "index.html"), "other") },
		"a file was added":         func(t *testing.T, dir string) { write(t, filepath.Join(dir, "prod", "asset.1", "new.html"), "page\n") },
		"a file was deleted":       func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "prod", "asset.1", "index.html")) },
		"a file was renamed": func(t *testing.T, dir string) {
			rename(t, filepath.Join(dir, "prod", "asset.1"), filepath.Join(dir, "prod", "asset.2"))
		},
		"a file became a link":        func(t *testing.T, dir string) { link(t, filepath.Join(dir, "prod", "asset.1", "index.html")) },
		"an environment is not there": func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "prod")) },
		"an environment was swapped": func(t *testing.T, dir string) {
			edit(t, dir, `"prod"`, `"dev"`)
			rename(t, filepath.Join(dir, "prod"), filepath.Join(dir, "dev"))
		},
		"its hash was changed":       func(t *testing.T, dir string) { edit(t, dir, `"sha256": "`, `"sha256": "0`) },
		"an environment is outside":  func(t *testing.T, dir string) { edit(t, dir, `"prod"`, `"../prod"`) },
		"its manifest is not there":  func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "release.json")) },
		"its manifest is no JSON":    func(t *testing.T, dir string) { write(t, filepath.Join(dir, "release.json"), "{") },
		"it is of a version to come": func(t *testing.T, dir string) { edit(t, dir, `"version": 1`, `"version": 2`) },
		"metadata below the top changed": func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "prod", "asset.1", "app.metadata.json"), "{}")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "release")
			create(t, dir, "prod")
			change(t, dir)
			if m, err := release.Open(dir, ""); err == nil {
				t.Errorf("it was opened: %+v", m)
			}
		})
	}
	t.Run("another one is wanted", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "release")
		made := create(t, dir, "prod")
		_, err := release.Open(dir, "0"+made.SHA256[1:])
		changed, ok := errors.AsType[*release.ChangedError](err)
		if !ok || changed.Got != made.SHA256 || changed.Environment != "" {
			t.Errorf("got %v; want that it is not the one that was made", err)
		}
	})
}

// What the CLI writes beside an assembly when it deploys it is no change.
func TestAReleaseThatWasDeployedIsStillTheSame(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "release")
	create(t, dir, "prod")
	write(t, filepath.Join(dir, "prod", "read.77.1.lock"), "")
	write(t, filepath.Join(dir, "prod", ".cache", "2.zip"), "zip")
	if _, err := release.Open(dir, ""); err != nil {
		t.Error(err)
	}
}

func TestAReleaseReplacesAnEarlierOneAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "release")
	create(t, dir, "staging", "prod")
	create(t, dir, "prod")
	if _, err := os.Stat(filepath.Join(dir, "staging")); err == nil {
		t.Error("an environment of the earlier release is left")
	}

	photos := t.TempDir()
	write(t, filepath.Join(photos, "holiday.jpg"), "precious")
	_, err := release.Create(t.Context(), newProject(t, synth), photos, []string{"prod"})
	wantError(t, err, photos+" holds other things than a release: choose another folder")
	if read(t, filepath.Join(photos, "holiday.jpg")) != "precious" {
		t.Error("a file that is no part of a release was touched")
	}
}

// Create may be cut off at any moment: the folder is then no release, but one can be
// made in it.
func TestAReleaseWhoseMakingWasCutOffCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(dir string){
		"the first":                func(string) {},
		"one after an earlier one": func(dir string) { create(t, dir, "prod") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "release")
			before(dir)
			p := newProject(t, synth+`if [ "${out%prod}" != "$out" ]; then kill -9 $$; fi`)
			if _, err := release.Create(t.Context(), p, dir, []string{"staging", "prod"}); err == nil {
				t.Fatal("nothing was cut off")
			}
			_, err := release.Open(dir, "")
			wantError(t, err, "is not finished: run gatehouse release create again")

			create(t, dir, "prod")
			if _, err := release.Open(dir, ""); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(filepath.Join(dir, "staging")); err == nil {
				t.Error("what the first attempt made is left")
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// link makes a file a link to one with the same content.
func link(t *testing.T, path string) {
	t.Helper()
	target := filepath.Join(t.TempDir(), "target")
	rename(t, path, target)
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// edit edits the manifest of a release.
func edit(t *testing.T, dir, old, replacement string) {
	t.Helper()
	path := filepath.Join(dir, "release.json")
	was := read(t, path)
	if !strings.Contains(was, old) {
		t.Fatalf("release.json does not contain %s:\n%s", old, was)
	}
	write(t, path, strings.Replace(was, old, replacement, 1))
}
