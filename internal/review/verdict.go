package review

import "gatehouse/internal/review/rules"

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
