package config

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Lifetime is how long a token is valid. In YAML it is a whole number of
// minutes, hours or days: 30m, 1h, 30d.
type Lifetime time.Duration

const day = 24 * time.Hour

// Duration is the lifetime as a time.Duration.
func (l Lifetime) Duration() time.Duration { return time.Duration(l) }

// String is the shortest way to write the lifetime in YAML.
func (l Lifetime) String() string {
	switch d := l.Duration(); {
	case d%day == 0 && d > day:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	default:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
}

// ParseLifetime reads what String writes.
func ParseLifetime(s string) (Lifetime, error) {
	units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': day}
	if s != "" {
		n, err := strconv.ParseUint(s[:len(s)-1], 10, 32)
		if unit, ok := units[s[len(s)-1]]; ok && err == nil {
			if d := time.Duration(n) * unit; d/unit == time.Duration(n) { // else it overflowed
				return Lifetime(d), nil
			}
		}
	}
	return 0, errors.New("want a number of minutes, hours or days, such as 30m, 1h or 30d")
}
