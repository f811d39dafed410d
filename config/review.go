package config

import "fmt"

// Review is what gatehouse review needs to know of the environment.
type Review struct {
	// Known findings that are let through, each until a day that is written down. A
	// file's list takes the place of that of the file it extends.
	Waivers []Waiver `yaml:"waivers"`
}

// Waiver lets one finding of one rule about one resource through, for a time.
type Waiver struct {
	// The rule, as reports name it, such as refresh-validity-cut: docs/review-rules.md.
	Rule string `yaml:"rule" required:"true" pattern:"^[a-z]+(-[a-z]+)*$" want:"a rule's name, such as refresh-validity-cut"`
	// The resource, as reports name it: its logical id, or the stack's name.
	Resource string `yaml:"resource" required:"true" max:"255" pattern:"^[A-Za-z0-9-]+$" want:"a logical id or a stack's name"`
	// Why it is let through, for whoever reads the review.
	Reason string `yaml:"reason" required:"true" min:"10" max:"500"`
	// The last day on which it is, in UTC, such as 2027-01-31.
	Until Date `yaml:"until" required:"true"`
}

func (ch *checker) review(r Review) {
	type about struct{ rule, resource string }
	first := map[about]int{}
	for i, w := range r.Waivers {
		key := fmt.Sprintf("review.waivers[%d]", i)
		if earlier, twice := first[about{w.Rule, w.Resource}]; twice && ch.fine(key) {
			ch.bad(key, "the same finding is let through twice: see review.waivers[%d]", earlier)
			continue
		}
		first[about{w.Rule, w.Resource}] = i
	}
}
