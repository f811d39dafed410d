// Package review says what a deployment would do to people before it happens.
//
// It compares two versions of an environment's stacks (package change), asks
// every rule (package rules), and reports worst first. What no rule and no table
// of harmless properties knows is reported as not understood: silence means that
// a change was understood, never that it was overlooked.
package review

import (
	"cmp"
	"slices"
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

func typeOf(s *change.Set, id string) string {
	if r, ok := s.After.Template.Resources[id]; ok {
		return r.Type
	}
	return s.Before.Template.Resources[id].Type
}

// RuleIDs are the names that findings have, but for those of harmless ones.
func RuleIDs() []string {
	ids := []string{ruleNotUnderstood}
	for _, rule := range rules.All() {
		ids = append(ids, rule.ID)
	}
	return ids
}
