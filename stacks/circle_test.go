package stacks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// circle is a list of resources that wait for each other, nil if there is none. The CDK
// does not look for one; CloudFormation refuses the template.
func circle(tm template) []string {
	done := map[string]bool{}
	var visit func(id string, way []string) []string
	visit = func(id string, way []string) []string {
		if i := slices.Index(way, id); i >= 0 {
			return append(slices.Clone(way[i:]), id)
		}
		if done[id] {
			return nil
		}
		for _, other := range slices.Sorted(maps.Keys(needs(tm, tm.Resources[id]))) {
			if found := visit(other, append(slices.Clone(way), id)); found != nil {
				return found
			}
		}
		done[id] = true
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(tm.Resources)) {
		if found := visit(id, nil); found != nil {
			return found
		}
	}
	return nil
}

// needs are the resources that a resource waits for. The CDK writes no Fn::Sub.
func needs(tm template, r resource) map[string]bool {
	found := map[string]bool{}
	add := func(name any) {
		text, _ := name.(string)
		id, _, _ := strings.Cut(text, ".")
		if _, is := tm.Resources[id]; is {
			found[id] = true
		}
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				if key == "Ref" {
					add(inner)
				}
				if list, ok := inner.([]any); ok && key == "Fn::GetAtt" {
					add(list[0])
				}
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(r.Properties)
	list, isList := r.DependsOn.([]any)
	if !isList {
		list = []any{r.DependsOn}
	}
	for _, id := range list {
		add(id)
	}
	return found
}

func TestACircleIsFound(t *testing.T) {
	ref := func(id string) map[string]any { return map[string]any{"A": []any{map[string]any{"Ref": id}}} }
	get := map[string]any{"A": map[string]any{"Fn::GetAtt": []any{"B", "Arn"}}}
	tm := template{Resources: map[string]resource{"A": {Properties: get}, "B": {DependsOn: []any{"C"}}, "C": {Properties: ref("D")}, "D": {}}}
	if found := circle(tm); found != nil {
		t.Errorf("a line is no circle: %v", found)
	}
	tm.Resources["D"] = resource{DependsOn: "B"}
	if found := circle(tm); !slices.Equal(found, []string{"B", "C", "D", "B"}) {
		t.Errorf("got %v", found)
	}
}
