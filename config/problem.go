package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a file.
type Problem struct {
	File    string // as seen from the project's folder: config/prod.yaml
	Line    int    // counted from 1
	Key     string // auth.password.minLength; empty if the file cannot be read as YAML
	Message string // what was wanted; what was found
}

func (p Problem) String() string {
	place := fmt.Sprintf("%s:%d: ", p.File, p.Line)
	if p.Key != "" {
		place += p.Key + ": "
	}
	return place + p.Message
}

// Problems are all the mistakes of an environment's files, sorted by file and
// line. It is the error that [Load] and [Parse] return for files that can be read.
type Problems []Problem

// Error has a line for each mistake.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// errorOrNil sorts ps and is nil if there is none.
func (ps Problems) errorOrNil() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return slices.Compact(ps)
}
