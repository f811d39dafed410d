package stacks_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"

	"gatehouse/config"
	"gatehouse/internal/cli"
	"gatehouse/stacks/contract"
)

// changesFolder holds changes as teams make them, one a file; its README.md says how
// they are written down.
const changesFolder = "testdata/changes"

// changeCase is one change and what is known of it. The label is written from the
// source, not from what the review says.
type changeCase struct {
	What     string            `yaml:"what"`
	Why      string            `yaml:"why"`
	Source   string            `yaml:"source"`
	Exit     int               `yaml:"exit"`
	Findings []string          `yaml:"findings"` // level, rule and resource, sorted as the review sorts them
	Rename   map[string]string `yaml:"rename"`   // in both templates
	New      []string          `yaml:"new"`      // stacks that are not there before
	Gone     []string          `yaml:"gone"`     // stacks that are not there afterwards

	before, after map[string][]byte // file → its text, or a patch of it
	reports       map[string][]byte // format → how the report looks
}

func readChange(t *testing.T, file string) (c changeCase) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(archive.Comment))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if c.What == "" || c.Why == "" || c.Source == "" {
		t.Fatalf("%s: want what, why and source", file)
	}
	c.before, c.after, c.reports = map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	for _, f := range archive.Files {
		kind, name, _ := strings.Cut(f.Name, "/")
		switch kind {
		case "before":
			c.before[name] = f.Data
		case "report":
			c.reports[name] = f.Data
		default:
			c.after[f.Name] = f.Data
		}
	}
	return c
}

// bench synthesizes each version once, whichever changes begin or end with it.
type bench struct {
	assemblies map[string]string // what is synthesized → the folder
}

// make makes a folder with the cloud assemblies before and after a change.
func (b *bench) make(t *testing.T, c changeCase) (work string) {
	t.Helper()
	work = t.TempDir()
	before, after := filepath.Join(work, "before"), filepath.Join(work, "after")
	b.version(t, before, c.before)
	b.version(t, after, c.before, c.after)
	for old, now := range c.Rename {
		renameInTemplates(t, after, old, now)
	}
	for _, stack := range c.New {
		withoutStack(t, before, stack)
	}
	for _, stack := range c.Gone {
		withoutStack(t, after, stack)
	}
	return work
}

// version makes in dir the cloud assembly of the shop with edits, one set after the
// other.
func (b *bench) version(t *testing.T, dir string, edits ...map[string][]byte) {
	t.Helper()
	settings := shopSettings(t)
	pages := map[string][]byte{}
	for _, set := range edits {
		if p, edited := set["config.yaml"]; edited {
			settings = patch(t, "config.yaml", settings, p)
		}
		for file, content := range set {
			if page, ok := strings.CutPrefix(file, "site/"); ok {
				pages[page] = content
			}
		}
	}
	link(t, b.synthesized(t, settings, pages), dir)
	for _, set := range edits {
		for name, path := range map[string]string{
			"auth.json": templateFile(dir, contract.StackAuth), "hosting.json": templateFile(dir, contract.StackHosting),
			"manifest.json": filepath.Join(dir, "manifest.json"),
		} {
			if p, edited := set[name]; edited {
				rewrite(t, path, func(old []byte) []byte { return patch(t, name, old, p) })
			}
		}
	}
}

// link makes a folder that looks like another, to change files in.
func link(t *testing.T, from, to string) {
	t.Helper()
	files, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Symlink(filepath.Join(from, file.Name()), filepath.Join(to, file.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// rewrite replaces a JSON file in a folder that [link] made.
func rewrite(t *testing.T, path string, change func(old []byte) []byte) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now := change(old)
	if bytes.Equal(old, now) || !json.Valid(now) {
		t.Fatalf("%s does not change, or is no JSON afterwards", filepath.Base(path))
	}
	if err := errors.Join(os.Remove(path), os.WriteFile(path, now, 0o644)); err != nil {
		t.Fatal(err)
	}
}

func templateFile(dir, stack string) string {
	return filepath.Join(dir, "shop-prod-"+stack+".template.json")
}

// synthesized is the cloud assembly of settings and the test's site with some other
// pages; an empty page is one that is taken away.
func (b *bench) synthesized(t *testing.T, settings []byte, pages map[string][]byte) string {
	t.Helper()
	key := string(settings)
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		key += name + string(pages[name])
	}
	if dir, done := b.assemblies[key]; done {
		return dir
	}
	cfg, err := config.Parse("prod.yaml", settings)
	if err != nil {
		t.Fatal(err)
	}
	work, err := os.MkdirTemp("", "change-") // kept for the next change; TestMain deletes it
	if err != nil {
		t.Fatal(err)
	}
	site := filepath.Join(work, "site")
	if err := os.CopyFS(site, os.DirFS("testdata/site")); err != nil {
		t.Fatal(err)
	}
	for name, content := range pages {
		path := filepath.Join(site, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if len(content) == 0 {
			err = errors.Join(err, os.Remove(path))
		} else {
			err = errors.Join(err, os.WriteFile(path, content, 0o644))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(work, "cdk.out")
	synthTo(t, out, cfg, site)
	layers, err := filepath.Glob(filepath.Join(out, "asset.*.zip")) // 22 MB each; no review reads them
	for _, layer := range layers {
		err = errors.Join(err, os.Remove(layer))
	}
	if err != nil {
		t.Fatal(err)
	}
	b.assemblies[key] = out
	return out
}

// patch changes a text as a patch says: blocks of lines that begin with a minus, a
// plus or a space, divided by @@. What is not added must stand in the text, once;
// white space around lines does not count.
func patch(t *testing.T, file string, text, patch []byte) []byte {
	t.Helper()
	lines := strings.Split(string(text), "\n")
	for block := range strings.SplitSeq(string(patch), "@@\n") {
		var old, becomes []string
		for line := range strings.Lines(block) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" {
				continue
			}
			switch content := line[1:]; line[0] {
			case '-':
				old = append(old, content)
			case '+':
				becomes = append(becomes, content)
			case ' ':
				old = append(old, content)
				becomes = append(becomes, content)
			default:
				t.Fatalf("%s: want -, + or a space before %q", file, line)
			}
		}
		at := -1
		for i := range len(lines) - len(old) + 1 {
			same := func(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }
			if slices.EqualFunc(lines[i:i+len(old)], old, same) {
				if at >= 0 {
					t.Fatalf("%s: these lines stand there twice:\n%s", file, strings.Join(old, "\n"))
				}
				at = i
			}
		}
		if at < 0 {
			t.Fatalf("%s: these lines do not stand there:\n%s", file, strings.Join(old, "\n"))
		}
		lines = slices.Replace(lines, at, at+len(old), becomes...)
	}
	return []byte(strings.Join(lines, "\n"))
}

// renameInTemplates gives a resource of one stack another logical id.
func renameInTemplates(t *testing.T, dir, old, now string) {
	t.Helper()
	found := false
	for _, stack := range []string{contract.StackAuth, contract.StackHosting} {
		path := templateFile(dir, stack)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(old)) {
			found = true
			rewrite(t, path, func(data []byte) []byte { return bytes.ReplaceAll(data, []byte(old), []byte(now)) })
		}
	}
	if !found {
		t.Fatalf("%s is in no template", old)
	}
}

// withoutStack takes a stack out of an assembly.
func withoutStack(t *testing.T, dir, stack string) {
	t.Helper()
	rewrite(t, filepath.Join(dir, "manifest.json"), func(data []byte) []byte {
		var manifest map[string]any
		if err := json.Unmarshal(data, &manifest); err != nil {
			t.Fatal(err)
		}
		artifacts, _ := manifest["artifacts"].(map[string]any)
		delete(artifacts, "shop-prod-"+stack)
		data, err := json.Marshal(manifest)
		if err != nil {
			t.Fatal(err)
		}
		return data
	})
}

func shopSettings(t *testing.T) []byte {
	t.Helper()
	settings, err := os.ReadFile(filepath.Join(changesFolder, "shop.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

// gatehouseReview runs the command in a project that has the shop's environment.
func gatehouseReview(t *testing.T, project string, arguments ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status := cli.Main(context.Background(), cli.Host{
		Args: append([]string{"review", "--env", "prod"}, arguments...), Stdout: &out, Stderr: &errs,
		Getenv: func(string) string { return "" }, Getwd: func() (string, error) { return project, nil },
		Now: func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }, Rand: rand.Reader,
	})
	return int(status), out.String(), errs.String()
}

// shopProject is a folder in which gatehouse finds the shop.
func shopProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, fstest.MapFS{"cdk.json": {Data: []byte("{}")}, "config/prod.yaml": {Data: shopSettings(t)}}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestAReviewSaysWhatIsDocumentedOfRealChanges: nothing less, and nothing more. The
// whole path is taken: a synthesis before and after, and the command line.
func TestAReviewSaysWhatIsDocumentedOfRealChanges(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(changesFolder, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	project := shopProject(t)
	b := &bench{assemblies: map[string]string{}}
	counts := map[string]int{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			c := readChange(t, file)
			path, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(b.make(t, c))
			reviewIn := func(format string) string {
				code, stdout, stderr := gatehouseReview(t, project, "--from", "before", "--to", "after", "--format", format)
				if code != c.Exit || stderr != "" {
					t.Errorf("%s: exit status %d; want %d\n%s", format, code, c.Exit, stderr)
				}
				return stdout
			}
			compareFindings(t, c.Findings, findings(t, reviewIn("json")))
			reports := map[string]string{"terminal": reviewIn("terminal"), "markdown": reviewIn("markdown")}
			checkTerminal(t, reports["terminal"])
			if !strings.HasPrefix(reports["markdown"], "### prod: ") {
				t.Errorf("as Markdown:\n%s", reports["markdown"])
			}
			for format, want := range c.reports {
				if *update {
					updateReport(t, path, format, reports[format])
				} else if reports[format] != string(want) {
					t.Errorf("the report is another one: if that is meant, go test ./stacks -run AReview -update\n%s", reports[format])
				}
			}
			count(counts, c)
		})
	}
	if counts["all"] < len(files) {
		return // -run chose some
	}
	for _, kind := range []string{"refused", "people-lost", "locked-out", "site-breaks", "silent", "weaker", "cost", "unknown"} {
		if counts[kind] < 3 {
			t.Errorf("%d changes are %s; want several", counts[kind], kind)
		}
	}
	if counts["harmless alone"] < 25 {
		t.Errorf("%d changes are harmless; want many: they are where false alarms show", counts["harmless alone"])
	}
}

// updateReport writes how the report on a change looks.
func updateReport(t *testing.T, path, format, report string) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range archive.Files {
		if archive.Files[i].Name == "report/"+format {
			archive.Files[i].Data = []byte(report)
		}
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// count counts a change once for each level that it is labelled with.
func count(counts map[string]int, c changeCase) {
	kinds := map[string]bool{"all": true, "harmless alone": c.Exit == int(cli.ExitOK)}
	for _, finding := range c.Findings {
		level, _, _ := strings.Cut(finding, " ")
		kinds[level] = true
	}
	for kind, is := range kinds {
		if is {
			counts[kind]++
		}
	}
}

// findings are those of a report as JSON: "level rule resource" → what happens.
func findings(t *testing.T, report string) map[string]string {
	t.Helper()
	var r struct {
		Findings []struct {
			Level, Rule, Resource string
			What                  []string
		}
	}
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		t.Fatalf("%v: %s", err, report)
	}
	found := map[string]string{}
	for _, f := range r.Findings {
		found[f.Level+" "+f.Rule+" "+f.Resource] = strings.Join(f.What, " ")
	}
	return found
}

// checkTerminal: a report fits a terminal; only what cannot be broken may be wider.
func checkTerminal(t *testing.T, report string) {
	t.Helper()
	for line := range strings.Lines(report) {
		words := strings.Fields(line)
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 80 && len(words) > 2 {
			t.Errorf("wider than 80 columns: %s", line)
		}
	}
}

// compareFindings compares a label with a report, "level rule resource" each. A star
// for the resource stands for one or more.
func compareFindings(t *testing.T, wanted []string, found map[string]string) {
	t.Helper()
	labelled := map[string]bool{}
	for _, want := range wanted {
		known := false
		for got := range found {
			beginning, anyResource := strings.CutSuffix(want, "*")
			if got == want || anyResource && strings.HasPrefix(got, beginning) {
				labelled[got], known = true, true
			}
		}
		if !known {
			t.Errorf("not found: %s", want)
		}
	}
	for _, got := range slices.Sorted(maps.Keys(found)) {
		if !labelled[got] {
			t.Errorf("false alarm: %s: %s", got, found[got])
		}
	}
}
