package stacks_test

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/config"
	"gatehouse/stacks"
	"gatehouse/stacks/contract"
)

// siteOf writes a site to a new folder.
func siteOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func prod(t *testing.T) config.Config {
	t.Helper()
	return environments(t)["prod"]
}

// changes are the resources that differ between templates, with the properties.
func changes(before, after template) map[string][]string {
	found := map[string][]string{}
	for id := range after.Resources {
		if _, ok := before.Resources[id]; !ok {
			found[id] = append(found[id], "new")
		}
	}
	for id, b := range before.Resources {
		a, ok := after.Resources[id]
		if !ok {
			found[id] = append(found[id], "gone")
			continue
		}
		for name := range maps.Collect(union(a.Properties, b.Properties)) {
			if !reflect.DeepEqual(a.Properties[name], b.Properties[name]) {
				found[id] = append(found[id], name)
			}
		}
		a.Properties, b.Properties = nil, nil
		if !reflect.DeepEqual(a, b) {
			found[id] = append(found[id], "attributes")
		}
		slices.Sort(found[id])
	}
	maps.DeleteFunc(found, func(_ string, names []string) bool { return len(names) == 0 })
	return found
}

func union(ms ...map[string]any) func(func(string, bool) bool) {
	return func(yield func(string, bool) bool) {
		for _, m := range ms {
			for k := range m {
				if !yield(k, true) {
					return
				}
			}
		}
	}
}

// TestGoingBackChangesTheRouterAlone: of all that serves visitors, a deployment of
// other pages, or of earlier ones, changes the router's code and nothing else. The
// uploads that come before it write to folders of their own.
func TestGoingBackChangesTheRouterAlone(t *testing.T) {
	cfg := prod(t)
	first := siteOf(t, map[string]string{"index.html": "one", "404.html": "lost", "assets/a-1.js": "1"})
	second := siteOf(t, map[string]string{"index.html": "two", "404.html": "lost", "assets/a-1.js": "1", "assets/b-2.js": "2"})
	_, before := synth(t, cfg, first)
	_, after := synth(t, cfg, second)
	_, again := synth(t, cfg, first)

	if string(again.text) != string(before.text) {
		t.Error("the same commit gives another template")
	}
	want := map[string][]string{
		"Router16807C72":                     {"FunctionCode"},
		"PagesCustomResource9CB40A07":        {"DestinationBucketKeyPrefix", "SourceObjectKeys"},
		"HashedAssetsCustomResource6B47033F": {"SourceObjectKeys"}, // adds to /assets/, where no name ever means other content
	}
	if got := changes(after, again); !reflect.DeepEqual(got, want) {
		t.Errorf("going back changes\n%v; want\n%v", got, want)
	}
	releases := map[string]bool{}
	for _, tm := range []template{before, after} {
		for id, upload := range tm.of("Custom::CDKBucketDeployment") {
			if upload.Properties["Prune"] != false || upload.Properties["RetainOnDelete"] != true {
				t.Errorf("%s deletes what others may need", id)
			}
		}
		release := tm.Outputs[contract.OutputReleaseID]["Value"].(string)
		releases[release] = true
		if prefix := tm.Resources["PagesCustomResource9CB40A07"].Properties["DestinationBucketKeyPrefix"]; prefix != "releases/"+release {
			t.Errorf("pages go to %v; want releases/%s", prefix, release)
		}
		router := tm.only(t, "AWS::CloudFront::Function")
		if line, _, _ := strings.Cut(router.Properties["FunctionCode"].(string), "\n"); !strings.Contains(line, strconv.Quote(release)) {
			t.Errorf("the router's first line does not hold %s: %s", release, line)
		}
		depends, _ := json.Marshal(router.DependsOn)
		for id := range tm.of("Custom::CDKBucketDeployment") {
			if !strings.Contains(string(depends), id) {
				t.Errorf("the router does not wait for %s", id)
			}
		}
	}
	if len(releases) != 2 {
		t.Errorf("two sites are the releases %v", releases)
	}
}

// TestReleaseID: two releases have one name exactly if visitors cannot tell them apart.
func TestReleaseID(t *testing.T) {
	base := map[string]string{"index.html": "a", "b.html": "b", "assets/x-1.js": "1"}
	with := func(changes map[string]string) map[string]string {
		m := maps.Clone(base)
		maps.Copy(m, changes)
		maps.DeleteFunc(m, func(_, content string) bool { return content == "" })
		return m
	}
	id := func(cfg config.Config, files map[string]string) string {
		_, hosting := synth(t, cfg, siteOf(t, files))
		return hosting.Outputs[contract.OutputReleaseID]["Value"].(string)
	}
	cfg := prod(t)
	first := id(cfg, base)
	if again := id(cfg, base); again != first {
		t.Errorf("the same site is %s, then %s", first, again)
	}
	if same := id(cfg, with(map[string]string{"assets/y-2.js": "2"})); same != first {
		t.Errorf("a hashed asset that no page names makes another release")
	}
	open, stricter, single := cfg, cfg, cfg
	open.Auth.SelfSignUp = false
	stricter.Auth.Password.MinLength++
	single.Hosting.Routing = "single-page"
	for what, other := range map[string]string{
		"other content":         id(cfg, with(map[string]string{"b.html": "c"})),
		"another page":          id(cfg, with(map[string]string{"c.html": "c"})),
		"a page less":           id(cfg, with(map[string]string{"b.html": ""})),
		"pages that swapped":    id(cfg, with(map[string]string{"index.html": "b", "b.html": "a"})),
		"another configuration": id(stricter, base),
		"another routing":       id(single, base),
	} {
		if other == first {
			t.Errorf("%s is the same release", what)
		}
	}
}

func TestSitesThatCannotBePublished(t *testing.T) {
	if _, err := stacks.ReadSite(filepath.Join(t.TempDir(), "dist")); !errors.Is(err, stacks.ErrNoSite) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := stacks.ReadSite(siteOf(t, map[string]string{"a.html": ""})); !errors.Is(err, stacks.ErrNoSite) {
		t.Errorf("no index.html: %v", err)
	}
	linked := siteOf(t, map[string]string{"index.html": "a"})
	if err := os.Symlink("/etc/passwd", filepath.Join(linked, "passwd.txt")); err != nil {
		t.Fatal(err)
	}
	if _, err := stacks.ReadSite(linked); err == nil || !strings.HasSuffix(err.Error(), "passwd.txt is neither a file nor a folder") {
		t.Errorf("a link out of the site: %v", err)
	}
}

// TestStacksReadNothing: a stack is made from its props alone. Only ReadSite looks
// at the disk.
func TestStacksReadNothing(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			world := slices.Contains([]string{"os", "os/exec", "time", "math/rand", "math/rand/v2", "crypto/rand", "net", "net/http", "flag", "syscall"}, path)
			if world && !(name == "site.go" && path == "os") {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
