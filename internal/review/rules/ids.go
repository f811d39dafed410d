package rules

import (
	"maps"
	"slices"
)

// sortedIDs are the keys of a map in order.
func sortedIDs[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
