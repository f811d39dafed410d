package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

// A rule's cases are testdata/<rule>.txtar. Sections in it are
//
//	-- template --     the stack; it holds for the cases after it, as the following do
//	-- stack NAME --   another stack of the environment
//	-- file NAME --    a configuration file that is published with the site
//	-- a claim --      a case
//
// A case is made of lines (· is a space):
//
//	-·text                 this text, of one line or more, which must stand in the documents once, …
//	+·text                 … becomes this in the new version
//	reversed               the new version is the old one and the other way round
//	new, gone              there is no old version of the stack; there is no new one
//	absent                 what is deployed was looked at, and the stack is not there
//	protection true false  termination protection before and after; "unknown" if it is not known
//	refusal text           why CloudFormation would not even plan the update
//	replaces ID property   CloudFormation says that it would replace the resource; the property may be missing
//	> Resource.Property: What happens.   a hit that the rule must find; none: it must be silent
//	local: refuses [text]  the local cloud must refuse the update with the rule's Message, or with this text
//	local: accepts         the local cloud must take the update
//	local: refuses next [text]  it must take the update, and then refuse that of the other stack
//	local: not modelled: …  why a case says nothing of the local cloud
//
// A document that the edits leave empty does not exist. Everywhere, FILL<n> stands
// for n letters, and a line EACH<n,m> text # for that text with each number from n
// to m.
type testCase struct {
	rule   rules.Rule
	name   string
	before documents
	after  documents
	set    *change.Set
	want   []string // the hits
	local  string   // what stands after "local: "
}

// documents are one version of an environment.
type documents struct {
	template   string
	stacks     map[string]string
	files      map[string]string
	protection *bool
	lookedFor  bool
	refusal    string
	plan       []change.Planned
}

func (d documents) clone() documents {
	d.stacks, d.files = maps.Clone(d.stacks), maps.Clone(d.files)
	return d
}

// only are documents with nothing but a template.
func only(template string) documents {
	return documents{template: template, stacks: map[string]string{}, files: map[string]string{}}
}

const testStack = "shop"

// casesOf reads a rule's cases.
func casesOf(t *testing.T, r rules.Rule) (cases []testCase) {
	t.Helper()
	path := filepath.Join("testdata", r.ID+".txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatalf("the rule %s has no cases: %v", r.ID, err)
	}
	current := only("")
	seen := map[string]bool{}
	for _, section := range archive.Files {
		kind, name, _ := strings.Cut(section.Name, " ")
		text := expand(string(section.Data))
		switch {
		case section.Name == "template":
			current = only(text)
			continue
		case kind == "stack" && !strings.Contains(name, " "):
			current.stacks[name] = text
			continue
		case kind == "file" && !strings.Contains(name, " "):
			current.files[name] = text
			continue
		}
		if seen[section.Name] {
			t.Fatalf("%s: two cases are called %q", path, section.Name)
		}
		seen[section.Name] = true
		c := testCase{rule: r, name: section.Name, before: current.clone(), after: current.clone()}
		if err := c.read(text); err != nil {
			t.Fatalf("%s: %s: %v", path, section.Name, err)
		}
		cases = append(cases, c)
	}
	return cases
}

// read carries the lines of a case out.
func (c *testCase) read(text string) error {
	var reversed, isNew, isGone, isAbsent bool
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		word, rest, _ := strings.Cut(lines[i], " ")
		switch word {
		case "-":
			old := block(lines[i:], "-")
			replacement := block(lines[i+len(old):], "+")
			if err := c.after.edit(strings.Join(old, "\n"), strings.Join(replacement, "\n")); err != nil {
				return err
			}
			i += len(old) + len(replacement) - 1
		case "reversed":
			reversed = true
		case "new":
			isNew = true
		case "absent":
			isNew, isAbsent = true, true
		case "gone":
			isGone = true
		case "protection":
			states := map[string]*bool{"true": new(true), "false": new(false), "unknown": nil}
			old, now, _ := strings.Cut(rest, " ")
			var known, alsoKnown bool
			c.before.protection, known = states[old]
			if c.after.protection, alsoKnown = states[now]; !known || !alsoKnown {
				return fmt.Errorf("what is %q?", lines[i])
			}
		case "refusal":
			c.after.refusal = rest
		case "replaces":
			id, property, known := strings.Cut(rest, " ")
			p := change.Planned{ID: id, Action: change.Modify, Replaced: true}
			if known {
				p.ReplacedBy = []string{property}
			}
			c.after.plan = append(c.after.plan, p)
		case ">":
			c.want = append(c.want, rest)
		case "local:":
			c.local = rest
		case "": // between two lines
		default:
			return fmt.Errorf("what is %q?", lines[i])
		}
	}
	if reversed {
		c.before, c.after = c.after, c.before
	}
	if isNew {
		c.before.template = ""
		c.before.lookedFor = isAbsent
	}
	if isGone {
		c.after.template = ""
	}
	return c.compare()
}

// block is what follows a mark in the first lines, which have it.
func block(lines []string, mark string) (texts []string) {
	for _, line := range lines {
		text, marked := strings.CutPrefix(line, mark)
		if !marked {
			break
		}
		texts = append(texts, strings.TrimPrefix(text, " "))
	}
	return texts
}

var (
	fill = regexp.MustCompile(`FILL<(\d+)>`)
	each = regexp.MustCompile(`(?m)^(.*)EACH<(\d+),(\d+)> (.*)\n`)
)

// expand writes out what is long.
func expand(text string) string {
	number := func(digits string) int {
		n, _ := strconv.Atoi(digits) // the patterns let only digits through
		return n
	}
	text = fill.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("x", number(fill.FindStringSubmatch(s)[1])) })
	return each.ReplaceAllStringFunc(text, func(s string) string {
		m := each.FindStringSubmatch(s)
		var lines strings.Builder
		for n := number(m[2]); n <= number(m[3]); n++ {
			lines.WriteString(m[1] + strings.ReplaceAll(m[4], "#", strconv.Itoa(n)) + "\n")
		}
		return lines.String()
	})
}

// edit replaces text in the one document that holds it, once.
func (d *documents) edit(old, replacement string) error {
	if n := d.count(old); n != 1 {
		return fmt.Errorf("%q stands %d times in the documents; want once", old, n)
	}
	d.template = strings.Replace(d.template, old, replacement, 1)
	for _, documents := range []map[string]string{d.stacks, d.files} {
		for name, text := range documents {
			documents[name] = strings.Replace(text, old, replacement, 1)
		}
	}
	return nil
}

func (d documents) count(text string) int {
	n := strings.Count(d.template, text)
	for _, documents := range []map[string]string{d.stacks, d.files} {
		for _, document := range documents {
			n += strings.Count(document, text)
		}
	}
	return n
}

// compare makes the case's set of changes.
func (c *testCase) compare() error {
	before, err := c.before.stack(testStack, c.before.template)
	if err != nil {
		return fmt.Errorf("before: %w", err)
	}
	after, err := c.after.stack(testStack, c.after.template)
	if err != nil {
		return fmt.Errorf("after: %w", err)
	}
	c.set = change.Compare(before, after)
	for _, name := range sortedNames(c.before.stacks) {
		before, err := c.before.stack(name, c.before.stacks[name])
		if err != nil {
			return fmt.Errorf("the stack %s before: %w", name, err)
		}
		after, err := c.after.stack(name, c.after.stacks[name])
		if err != nil {
			return fmt.Errorf("the stack %s after: %w", name, err)
		}
		c.set.Others = append(c.set.Others, change.Compare(before, after))
	}
	return nil
}

// stack is one of the documents as a stack with the files.
func (d documents) stack(name, text string) (change.Stack, error) {
	s := change.Stack{Name: name, TerminationProtection: d.protection, LookedFor: d.lookedFor}
	if strings.TrimSpace(text) == "" {
		return s, nil
	}
	s.Exists = true
	var err error
	if s.Template, err = change.Parse([]byte(text), nil); err != nil || name != testStack {
		return s, err
	}
	s.Plan, s.Refusal = d.plan, d.refusal
	for i, p := range s.Plan {
		s.Plan[i].Type = s.Template.Resources[p.ID].Type
	}
	for _, name := range sortedNames(d.files) {
		if strings.TrimSpace(d.files[name]) == "" {
			continue
		}
		var content map[string]any
		if err := json.Unmarshal([]byte(d.files[name]), &content); err != nil {
			return s, fmt.Errorf("%s: %w", name, err)
		}
		if s.Files == nil {
			s.Files = map[string]map[string]any{}
		}
		s.Files[name] = content
	}
	return s, nil
}

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// hits are what the rule finds, as a case writes it.
func (c testCase) hits() (lines []string) {
	for _, h := range c.rule.Check(c.set) {
		at := h.Resource
		if h.Property != "" {
			at += "." + h.Property
		}
		lines = append(lines, at+": "+h.What)
	}
	return lines
}

func TestEveryRuleFindsWhatItsCasesSayAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			firing, silent := 0, 0
			for _, c := range casesOf(t, r) {
				if len(c.want) > 0 {
					firing++
				} else {
					silent++
				}
				t.Run(c.name, func(t *testing.T) {
					if got := c.hits(); !slices.Equal(got, c.want) {
						t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
					}
				})
			}
			if firing == 0 || silent == 0 {
				t.Errorf("%d cases find something and %d do not; want some of both", firing, silent)
			}
		})
	}
}

// Each rule sees the cases of all others, which hold what it does not expect.
func TestEveryHitIsASentenceAboutAResourceThatThereIs(t *testing.T) {
	t.Parallel()
	for _, of := range rules.All() {
		for _, c := range casesOf(t, of) {
			for _, c.rule = range rules.All() {
				hits := c.rule.Check(c.set)
				if again := c.rule.Check(c.set); !slices.Equal(hits, again) {
					t.Errorf("%s says of %s, %s: %v, and then %v", c.rule.ID, of.ID, c.name, hits, again)
				}
				for _, h := range hits {
					_, was := c.set.Before.Template.Resources[h.Resource]
					_, becomes := c.set.After.Template.Resources[h.Resource]
					sentence := strings.HasSuffix(h.What, ".") || c.rule.ID == "change-set-refused" // whose words are CloudFormation's
					if !was && !becomes && h.Resource != "" || !sentence || strings.Contains(h.What, "%!") || strings.Contains(h.What, "  ") {
						t.Errorf("%s says of %s, %s: %+v", c.rule.ID, of.ID, c.name, h)
					}
				}
			}
		}
	}
}

// CloudFormation may plan for resources that no template shows, such as those that a
// macro makes.
func TestNoRuleNeedsATemplateToShowWhatCloudFormationPlans(t *testing.T) {
	t.Parallel()
	resourceTypes := map[string]bool{}
	for _, r := range rules.All() {
		for _, c := range casesOf(t, r) {
			for _, planned := range c.set.Changes {
				resourceTypes[planned.Type] = true
			}
		}
	}
	for typ := range resourceTypes {
		for _, action := range []change.Action{change.Add, change.Modify, change.Remove} {
			after := change.Stack{Exists: true, Plan: []change.Planned{{ID: "Made", Type: typ, Action: action, Replaced: action == change.Modify}}}
			s := change.Compare(change.Stack{Exists: true}, after)
			if len(s.Changes) != 1 {
				t.Fatalf("%s %s: %+v", action, typ, s.Changes)
			}
			for _, r := range rules.All() {
				r.Check(s) // must not panic
			}
		}
	}
}

func TestNoCasesAreLeftOfARuleThatIsGone(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		id, _ := strings.CutSuffix(file.Name(), ".txtar")
		if !slices.ContainsFunc(rules.All(), func(r rules.Rule) bool { return r.ID == id }) {
			t.Errorf("testdata/%s is of no rule", file.Name())
		}
	}
}
