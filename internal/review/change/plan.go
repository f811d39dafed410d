package change

import (
	"reflect"
	"slices"
	"strings"
)

// Planned is what CloudFormation itself says it would do to a resource: an entry of
// a change set that was made to be read. It knows what a template does not show:
// parameters whose value lies in SSM, conditions, dynamic references.
type Planned struct {
	ID, Type   string
	Action     Action
	Replaced   bool       // for certain
	ReplacedBy []string   // the properties that make it so
	Properties []Property // those whose values are known to differ
}

// consult adds to a comparison of templates what CloudFormation says.
func (s *Set) consult(plan []Planned) {
	for _, p := range plan {
		i := slices.IndexFunc(s.Changes, func(c Change) bool { return c.ID == p.ID })
		if i < 0 {
			if c, surprising := s.surprise(p); surprising {
				s.Changes = append(s.Changes, c)
			}
			continue
		}
		c := &s.Changes[i]
		c.Action = p.Action
		if p.Replaced && !c.Replaced {
			c.Replaced, c.ReplacedBy = true, p.ReplacedBy
		}
	}
	slices.SortFunc(s.Changes, func(a, b Change) int { return strings.Compare(a.ID, b.ID) })
}

// surprise is a change that the templates do not show, if there is one. What
// CloudFormation lists because a value may come out different is none.
func (s *Set) surprise(p Planned) (Change, bool) {
	c := Change{
		ID: p.ID, Type: p.Type, Action: p.Action, Properties: p.Properties, Replaced: p.Replaced, ReplacedBy: p.ReplacedBy,
		Before: s.Before.Template.Resources[p.ID], After: s.After.Template.Resources[p.ID],
	}
	c.Properties = slices.DeleteFunc(slices.Clone(p.Properties), func(q Property) bool {
		before, after := At(c.Before.Properties, q.Path), At(c.After.Properties, q.Path)
		written := before != nil && !Unresolved(before) && after != nil && !Unresolved(after) && reflect.DeepEqual(before, after)
		return written // in both templates, and the same in normal form
	})
	return c, p.Action != Modify || p.Replaced || len(c.Properties) > 0
}
