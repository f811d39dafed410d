package review

import (
	"slices"
	"time"
)

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
