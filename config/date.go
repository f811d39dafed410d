package config

import (
	"errors"
	"time"
)

// Date is a calendar day in UTC. In YAML it is 2027-01-31.
type Date struct{ day time.Time }

// Time is the day's first moment, in UTC.
func (d Date) Time() time.Time { return d.day }

// String is how the day is written in YAML, "" for the zero Date.
func (d Date) String() string {
	if d.day.IsZero() {
		return ""
	}
	return d.day.Format(time.DateOnly)
}

// ParseDate reads what String writes.
func ParseDate(s string) (Date, error) {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil || day.IsZero() {
		return Date{}, errors.New("want a day, such as 2027-01-31")
	}
	return Date{day}, nil
}
