package cloudformation

import (
	"slices"

	"gatehouse/local/resource"
)

// tagsFor are the tags of a resource: those of the stack and, over them, its own.
// Nil when its type takes none.
func tagsFor(t resource.Type, stackTags []tag, properties resource.Properties) map[string]string {
	property := t.TagProperty
	if property == "" {
		if !slices.Contains(t.Properties, "Tags") {
			return nil
		}
		property = "Tags"
	}
	tags := make(map[string]string, len(stackTags))
	for _, tag := range stackTags {
		tags[tag.Key] = tag.Value
	}
	switch own := properties[property].(type) {
	case []any:
		for _, element := range own {
			pair, _ := element.(map[string]any) // the type's own validation refuses anything else
			if key, ok := pair["Key"].(string); ok {
				tags[key] = text(pair["Value"])
			}
		}
	case map[string]any:
		for key, value := range own {
			tags[key] = text(value)
		}
	}
	return tags
}
