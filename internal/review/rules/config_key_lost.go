package rules

import (
	"strings"

	"gatehouse/internal/review/change"
)

var configKeyLost = Rule{
	ID: "config-key-lost", Level: SiteBreaks,
	Title:    "The pages' configuration loses a key",
	Who:      "Every visitor whose page reads it, and programs that read the published file.",
	Why:      "amplify_outputs.json, aws-exports.js and config.js are what tells pages which pool is theirs.",
	Safe:     "Publish pages that do without the key first.",
	Evidence: Documented, Source: "https://docs.amplify.aws/react/reference/amplify_outputs/",
	Check: func(s *change.Set) (hits []Hit) {
		if len(s.After.Files) == 0 {
			return nil // they are not known
		}
		for _, name := range sortedIDs(s.Before.Files) {
			after, published := s.After.Files[name]
			if !published {
				hits = append(hits, Hit{"", name, "The file " + name + " would no longer be published."})
				continue
			}
			if lost := change.Lost(keys(s.Before.Files[name], ""), keys(after, "")); len(lost) > 0 {
				hits = append(hits, Hit{"", name, name + " would no longer have " + list(lost) + "."})
			}
		}
		return hits
	},
}

// keys are the paths of all values in a document; what is empty counts as missing.
func keys(v map[string]any, under string) (paths []string) {
	for _, key := range sortedIDs(v) {
		path := strings.TrimPrefix(under+"."+key, ".")
		switch value := v[key].(type) {
		case map[string]any:
			paths = append(paths, keys(value, path)...)
		case nil:
		default:
			if value != "" {
				paths = append(paths, path)
			}
		}
	}
	return paths
}
