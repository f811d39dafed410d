// Package review says what a deployment would do to people before it happens.
//
// It compares two versions of an environment's stacks (package change), asks
// every rule (package rules), and reports worst first. What no rule and no table
// of harmless properties knows is reported as not understood: silence means that
// a change was understood, never that it was overlooked.
package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

// Deployment is one version of the stacks of an environment.
type Deployment struct {
	Label  string // for people: "live", "git:main", a path
	Stacks []change.Stack
	Site   string   // where its site is; "" if that is not known
	Notes  []string // what could not be read, and so not be compared
}

// Options are what a review needs besides the two versions.
type Options struct {
	Environment string
	Waivers     []Waiver
	Now         time.Time
	// Locate is the place in the configuration that a setting comes from, and for ""
	// the configuration itself; nil if there is none.
	Locate func(key string) Location
}

// Waiver lets a known finding through until a day has passed.
type Waiver struct {
	Rule     string    `json:"rule"`
	Resource string    `json:"resource"` // the logical id, or the stack's name
	Reason   string    `json:"reason"`
	Until    time.Time `json:"until"` // the last day, midnight UTC
}

// isFor is whether the waiver is of the finding's rule and resource.
func (w Waiver) isFor(f Finding) bool { return w.Rule == f.Rule && w.Resource == f.Resource }

// expired is whether the waiver's last day is over.
func (w Waiver) expired(now time.Time) bool { return !now.Before(w.Until.AddDate(0, 0, 1)) }

// Location is a line in a file.
type Location struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"` // counted from 1
}

// Finding is what one rule says about one resource.
type Finding struct {
	Rule     string         `json:"rule"`
	Level    rules.Level    `json:"level"`
	Title    string         `json:"title"`
	Stack    string         `json:"stack"`
	Resource string         `json:"resource"` // the logical id; the stack's name if it is about the stack
	Type     string         `json:"type,omitempty"`
	What     []string       `json:"what"`
	Who      string         `json:"who,omitempty"`
	Why      string         `json:"why,omitempty"`
	Safe     string         `json:"safe,omitempty"`
	Evidence rules.Evidence `json:"evidence,omitempty"`
	Source   string         `json:"source,omitempty"`
	Location *Location      `json:"location,omitempty"`
	// Waiver is the one that lets the finding through, or an expired one that does
	// so no longer: then Expired is true and the finding counts.
	Waiver  *Waiver `json:"waiver,omitempty"`
	Expired bool    `json:"waiverExpired,omitempty"`
}

// Report is the result of a review.
type Report struct {
	Environment string         `json:"environment"`
	From        string         `json:"from"`
	To          string         `json:"to"`
	Stacks      []StackSummary `json:"stacks"`
	Findings    []Finding      `json:"findings"` // worst first; those that count
	Waived      []Finding      `json:"waived"`
	Notes       []string       `json:"notes"`
}

// StackSummary says what a stack is about to go through.
type StackSummary struct {
	Name  string `json:"name"`
	State string `json:"state"` // new, changed, unchanged, not in the app
}

// Ids of what is reported without a rule of its own.
const (
	ruleNotUnderstood = "not-understood"
	ruleNewRelease    = "new-release"
	ruleHarmless      = "harmless"
)

// Run compares from with to.
func Run(from, to Deployment, o Options) Report {
	r := Report{
		Environment: o.Environment, From: from.Label, To: to.Label,
		Stacks: []StackSummary{}, Findings: []Finding{}, Waived: []Finding{}, Notes: append(append([]string{}, from.Notes...), to.Notes...),
	}
	sets := pair(from, to)
	for _, s := range sets {
		for _, other := range sets {
			if other != s {
				s.Others = append(s.Others, other)
			}
		}
	}
	var found []Finding
	for _, s := range sets {
		state := state(s)
		r.Stacks = append(r.Stacks, StackSummary{s.Stack, state})
		if state == "not in the app" {
			r.Notes = append(r.Notes, "The stack "+s.Stack+" is no longer in the app. A deployment leaves it as it is; only cdk destroy removes it.")
			continue
		}
		found = append(found, judge(s, o)...)
	}
	for _, f := range found {
		f.Waiver, f.Expired = waiverFor(f, o)
		if f.Waiver != nil && !f.Expired {
			r.Waived = append(r.Waived, f)
		} else {
			r.Findings = append(r.Findings, f)
		}
	}
	r.Notes = append(r.Notes, unused(o, found)...)
	rank := map[string]int{} // rules.All has the worst of a level first
	for i, rule := range rules.All() {
		rank[rule.ID] = i
	}
	for _, list := range [][]Finding{r.Findings, r.Waived} {
		slices.SortStableFunc(list, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(rank[a.Rule], rank[b.Rule]), cmp.Compare(a.Safe, b.Safe),
				cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Resource, b.Resource))
		})
	}
	return r
}

// pair finds what becomes of each stack. A single template is compared with the
// only other one, whatever their names; nothing says in which Region it is.
func pair(from, to Deployment) (sets []*change.Set) {
	if len(from.Stacks) == 1 && len(to.Stacks) == 1 && (from.Stacks[0].Region == "" || to.Stacks[0].Region == "") {
		return []*change.Set{change.Compare(from.Stacks[0], to.Stacks[0])}
	}
	for _, after := range to.Stacks {
		i := slices.IndexFunc(from.Stacks, func(s change.Stack) bool { return SameStack(s, after) })
		before := change.Stack{Name: after.Name}
		if i >= 0 {
			before = from.Stacks[i]
		}
		sets = append(sets, change.Compare(before, after))
	}
	for _, before := range from.Stacks {
		if before.Exists && !slices.ContainsFunc(to.Stacks, func(s change.Stack) bool { return SameStack(before, s) }) {
			sets = append(sets, change.Compare(before, change.Stack{Name: before.Name}))
		}
	}
	return sets
}

// SameStack is whether a is a version of b: a stack cannot move to another account
// or Region.
func SameStack(a, b change.Stack) bool {
	same := func(a, b string) bool { return a == b || a == "" || b == "" }
	return a.Name == b.Name && same(a.Account, b.Account) && same(a.Region, b.Region)
}

func state(s *change.Set) string {
	switch {
	case !s.After.Exists:
		return "not in the app"
	case !s.Before.Exists:
		return "new"
	case len(s.Changes) > 0 || newRelease(s) || len(changedOutputs(s)) > 0 || len(elsewhere(s)) > 0 || protectionChanged(s):
		return "changed"
	}
	return "unchanged"
}

func protectionChanged(s *change.Set) bool {
	b, a := s.Before.TerminationProtection, s.After.TerminationProtection
	return b != nil && a != nil && *b != *a
}

// judge asks every rule about a stack.
func judge(s *change.Set, o Options) (found []Finding) {
	spoken := map[string][]string{} // resource → properties that rules spoke of
	for _, rule := range rules.All() {
		byResource := map[string]*Finding{}
		var order []string
		for _, h := range rule.Check(s) {
			f, seen := byResource[h.Resource]
			if !seen {
				f = &Finding{
					Rule: rule.ID, Level: rule.Level, Title: rule.Title, Stack: s.Stack, Resource: h.Resource,
					Who: rule.Who, Why: rule.Why, Safe: rule.Safe, Evidence: rule.Evidence, Source: rule.Source,
				}
				f.Type = typeOf(s, h.Resource)
				f.Location = locate(s, f.Type, h.Resource, h.Property, o)
				if f.Resource == "" {
					f.Resource = s.Stack
				}
				byResource[h.Resource] = f
				order = append(order, h.Resource)
			}
			if !slices.Contains(f.What, h.What) {
				f.What = append(f.What, h.What)
			}
			spoken[h.Resource] = append(append(spoken[h.Resource], h.Property), rule.Along...)
		}
		for _, id := range order {
			found = append(found, *byResource[id])
		}
	}
	return append(found, rest(s, spoken, o)...)
}

// rest is what no rule speaks of: not understood, or harmless.
func rest(s *change.Set, spoken map[string][]string, o Options) (found []Finding) {
	if !s.Before.Exists {
		if len(spoken[""]) > 0 {
			return nil
		}
		return append(found, harmless(s, "", "The stack is new, with "+count(len(s.Changes), "resource")+"."))
	}
	release := newRelease(s)
	if release {
		f := harmless(s, "", "A new release of the site.")
		f.Rule, f.Title = ruleNewRelease, "A new release of the site"
		found = append(found, f)
	}
	for _, c := range s.Changes {
		if what := strangeness(s, c, spoken[c.ID]); len(what) > 0 {
			property := ""
			if len(c.Properties) > 0 {
				property = c.Properties[0].Path
			}
			found = append(found, Finding{
				Rule: ruleNotUnderstood, Level: rules.Unknown, Title: "No rule knows what this does", Stack: s.Stack, Resource: c.ID, Type: c.Type, What: what,
				Who:      "Not known: please find out.",
				Safe:     safely(c),
				Location: locate(s, c.Type, c.ID, property, o),
			})
			continue
		}
		if len(spoken[c.ID]) > 0 {
			c.Properties = unspoken(c, spoken[c.ID])
			if len(c.Properties) == 0 {
				continue
			}
		}
		if release && isRelease(c) {
			continue
		}
		found = append(found, harmless(s, c.ID, describe(c)))
	}
	if what := elsewhere(s); len(what) > 0 {
		found = append(found, Finding{
			Rule: ruleNotUnderstood, Level: rules.Unknown, Title: "No rule knows what this does", Stack: s.Stack, Resource: s.Stack, What: what,
			Who: "Not known: please find out.", Safe: "Look for the resources that depend on it.", Location: locate(s, "", "", "", o),
		})
	}
	for _, name := range changedOutputs(s) {
		found = append(found, harmless(s, "", "The output "+name+" changes."))
	}
	return found
}

// unspoken are the properties of a resource that changes in place which no rule has
// spoken of.
func unspoken(c change.Change, spoken []string) (left []change.Property) {
	if c.Action != change.Modify || c.Replaced || slices.Contains(spoken, "") {
		return nil // it is spoken of as a whole
	}
	for _, p := range c.Properties {
		if !isSpoken(p.Pattern(), spoken) {
			left = append(left, p)
		}
	}
	return left
}

// isSpoken is whether one of the properties that rules have spoken of is, holds or
// lies in the property.
func isSpoken(pattern string, spoken []string) bool {
	return slices.ContainsFunc(spoken, func(path string) bool {
		return path != "" && (change.Under(pattern, path) || change.Under(path, pattern))
	})
}

// elsewhere is what changes in parts of the template that values depend on.
func elsewhere(s *change.Set) (what []string) {
	for _, name := range []string{"Conditions", "Mappings", "Transform"} {
		before, after := s.Before.Template.Sections[name], s.After.Template.Sections[name]
		if differing := change.Differing(before, after); len(differing) > 0 {
			what = append(what, "A change of "+name+": "+shorten(strings.Join(differing, ", "))+".")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.After.Template.Parameters)) {
		before, had := s.Before.Template.Parameters[name]
		after := s.After.Template.Parameters[name]
		if had && strings.HasPrefix(after.Type, "AWS::SSM::") && before != after {
			what = append(what, "The parameter "+name+" looks up "+change.Show(before.Default)+", and would look up "+change.Show(after.Default)+".")
		}
	}
	return what
}

// safely is what to do about a change that nobody here understands.
func safely(c change.Change) string {
	switch c.Action {
	case change.Add:
		return "Find out what it does, who may use it and what it costs."
	case change.Remove:
		return "Find out who uses it, and whether it holds anything."
	}
	return "Read the property's \"Update requires\" in CloudFormation's reference, and try the change in another environment first."
}

func harmless(s *change.Set, resource, what string) Finding {
	f := Finding{Rule: ruleHarmless, Level: rules.Harmless, Title: "Harmless", Stack: s.Stack, Resource: resource, Type: typeOf(s, resource), What: []string{what}}
	if resource == "" {
		f.Resource = s.Stack
	}
	return f
}

// describe says in one sentence what happens to a resource that nobody need mind.
func describe(c change.Change) string {
	switch {
	case c.Action == change.Add:
		return "It is new."
	case c.Action == change.Remove:
		return "It goes; nothing uses it any more."
	case c.Replaced:
		return "It is made anew; it holds nothing."
	case len(c.Properties) == 0 && c.Assets:
		return "The content of its files changes."
	case len(c.Properties) == 0:
		return "From now on it outlives its stack (" + c.After.DeletionPolicy + ")."
	}
	var paths []string
	for _, p := range c.Properties {
		paths = append(paths, p.Path)
	}
	const most = 3
	if len(paths) > most {
		paths = append(paths[:most], count(len(c.Properties)-most, "more property"))
	}
	return "A change of " + strings.Join(paths, ", ") + "."
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if before, ok := strings.CutSuffix(what, "y"); ok {
		what = before + "ie"
	}
	return itoa(n) + " " + what + "s"
}

// newRelease is whether another release of the site goes live, as far as is known.
func newRelease(s *change.Set) bool {
	before, after := s.Before.Template.Release, s.After.Template.Release
	if before != "" && after != "" && before != change.AnyRelease && after != change.AnyRelease {
		return before != after
	}
	return slices.ContainsFunc(s.Changes, func(c change.Change) bool { return c.Assets && c.Type == "Custom::CDKBucketDeployment" })
}

// isRelease is whether a change is nothing but a part of a new release.
func isRelease(c change.Change) bool {
	if c.Action != change.Modify {
		return false
	}
	switch c.Type {
	case "Custom::CDKBucketDeployment", "AWS::CloudFront::Function", "AWS::Lambda::LayerVersion":
		return true
	}
	return rules.Machinery(c.ID)
}

func changedOutputs(s *change.Set) (names []string) {
	for name, before := range s.Before.Template.Outputs {
		after, kept := s.After.Template.Outputs[name]
		if kept && change.Show(before.Value) != change.Show(after.Value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func typeOf(s *change.Set, id string) string {
	if r, ok := s.After.Template.Resources[id]; ok {
		return r.Type
	}
	return s.Before.Template.Resources[id].Type
}

// waiverFor is the waiver for a finding and whether it has expired.
func waiverFor(f Finding, o Options) (*Waiver, bool) {
	var expired *Waiver
	for _, w := range o.Waivers {
		if !w.isFor(f) {
			continue
		}
		if !w.expired(o.Now) {
			return &w, false
		}
		expired = &w
	}
	return expired, expired != nil
}

// unused are the waivers that no finding needs, for people.
func unused(o Options, found []Finding) (notes []string) {
	for _, w := range o.Waivers {
		if !slices.ContainsFunc(found, w.isFor) {
			note := "The waiver of " + w.Rule + " for " + w.Resource + " is not needed: remove it."
			if i := slices.IndexFunc(found, func(f Finding) bool { return f.Rule == w.Rule }); i >= 0 {
				note = "The waiver of " + w.Rule + " for " + w.Resource + " lets nothing through. Is " + found[i].Resource + " meant?"
			}
			notes = append(notes, note)
		}
	}
	return notes
}

// RuleIDs are the names that findings have, but for those of harmless ones.
func RuleIDs() []string {
	ids := []string{ruleNotUnderstood}
	for _, rule := range rules.All() {
		ids = append(ids, rule.ID)
	}
	return ids
}

// Verdict is what the findings that count come to.
type Verdict int

// String is the verdict's name in JSON.
func (v Verdict) String() string { return [...]string{"blocked", "needs-human", "fine"}[v] }

// The verdicts, worst first.
const (
	Blocked    Verdict = iota // AWS would refuse it, or people or data would be lost
	NeedsHuman                // something else at or above the wanted level
	Fine
)

// Verdict judges the report. Findings below failOn do not count, but what AWS
// would refuse or what loses people always does.
func (r Report) Verdict(failOn rules.Level) Verdict {
	verdict := Fine
	for _, f := range r.Findings {
		switch {
		case f.Level <= rules.PeopleLost:
			return Blocked
		case f.Level <= failOn && f.Level != rules.Harmless:
			verdict = NeedsHuman
		}
	}
	return verdict
}
