package rules

import (
	"maps"
	"reflect"

	"gatehouse/internal/review/change"
)

var schemaAttributeChanged = Rule{
	ID: "schema-attribute-changed", Level: Refused,
	Title:    "An attribute of a pool cannot change",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A pool's attributes are fixed once they exist: type, limits, whether they can be changed and whether they are required.",
	Safe:     "Add another custom attribute and read the new one where it is set. What is required can be asked for by the pages.",
	Evidence: Documented, Source: guide + "user-pool-settings-attributes.html",
	Message: "Existing schema attributes cannot be modified or deleted.",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		before, after := schemaOf(c.Before), schemaOf(c.After)
		for _, a := range after {
			old, had := findAttribute(before, a.name)
			if had && !sameEntry(old, a) && typeOf(a) != "" && typeOf(old) != "" {
				hits = append(hits, hit(c, "Schema", "The attribute %s was %s and would be %s.", a.name, change.Show(old.entry), change.Show(a.entry))...)
			}
		}
		return hits
	}),
}

// sameEntry is whether two entries say the same of an attribute, whose name may be
// written with and without custom:.
func sameEntry(a, b attribute) bool {
	unnamed := func(a attribute) map[string]any {
		entry, _ := a.entry.(map[string]any)
		entry = maps.Clone(entry)
		delete(entry, "Name")
		return entry
	}
	return reflect.DeepEqual(unnamed(a), unnamed(b))
}

func typeOf(a attribute) string { return change.Text(a.entry, "AttributeDataType") }
