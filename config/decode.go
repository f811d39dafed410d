package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decoder fills a Config from the files of an environment, one after the other.
// It remembers where each key was set last, so that a later check can name the place.
//
// The YAML package's own decoder is not used because it reports Go's types and
// fields rather than keys, and stops at a value's first mistake.
type decoder struct {
	file     string // being read
	at       Places
	problems Problems
}

func (d *decoder) problem(line int, key, format string, args ...any) {
	d.problems = append(d.problems, Problem{d.file, max(line, 1), key, fmt.Sprintf(format, args...)})
}

// config reads a whole file; root is nil for an empty one. It is false if there is
// something else than settings in it.
func (d *decoder) config(root *yaml.Node, c *Config) bool {
	switch {
	case root == nil || isNull(root):
	case root.Kind != yaml.MappingNode:
		d.problem(root.Line, "", "want settings, such as project: shop; got %s", describe(root))
		return false
	default:
		d.value(root, reflect.ValueOf(c).Elem(), "")
	}
	return true
}

// value reads n into v, which is the setting called key.
func (d *decoder) value(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch v.Interface().(type) {
	case Lifetime:
		d.lifetime(n, v, key)
		return
	case Date:
		d.date(n, v, key)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.section(n, v, key)
	case reflect.Map:
		d.mapping(n, v, key)
	case reflect.Slice:
		d.list(n, v, key)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), key)
	case reflect.String:
		if d.scalar(n, "!!str", key, "text") {
			if what := secret(n.Value); what != "" {
				d.problem(n.Line, key, "this looks like %s; secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it", what)
				return
			}
			v.SetString(n.Value)
		}
	case reflect.Bool:
		if d.scalar(n, "!!bool", key, "true or false") {
			b, err := strconv.ParseBool(n.Value)
			if err != nil { // a value tagged !!bool by hand
				d.problem(n.Line, key, "want true or false; got %s", quote(n.Value))
				return
			}
			v.SetBool(b)
		}
	case reflect.Int:
		if d.scalar(n, "!!int", key, "a whole number") {
			i, err := strconv.Atoi(n.Value)
			if err != nil { // YAML also knows 0x1f, 0o17, 1_000 and numbers of any size
				d.problem(n.Line, key, "want a whole number in decimal digits; got %s", n.Value)
				return
			}
			v.SetInt(int64(i))
		}
	default:
		panic("config: a setting of type " + v.Type().String()) // a programming mistake that every test meets
	}
}

func (d *decoder) lifetime(n *yaml.Node, v reflect.Value, key string) {
	if !d.scalar(n, "!!str", key, "a number and a unit, such as 30m, 1h or 30d") {
		return
	}
	l, err := ParseLifetime(n.Value)
	if err != nil {
		d.problem(n.Line, key, "%s; got %s", err, describe(n))
		return
	}
	v.Set(reflect.ValueOf(l))
}

// date reads a day, in quotes or not: YAML has a type for it.
func (d *decoder) date(n *yaml.Node, v reflect.Value, key string) {
	day, err := ParseDate(n.Value)
	if tag := n.ShortTag(); n.Kind != yaml.ScalarNode || tag != "!!timestamp" && tag != "!!str" || err != nil {
		d.problem(n.Line, key, "want a day, such as 2027-01-31; got %s", describe(n))
		return
	}
	v.Set(reflect.ValueOf(day))
}

// scalar is whether n is a value of the YAML type tag; if not, it says so.
func (d *decoder) scalar(n *yaml.Node, tag, key, want string) bool {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == tag {
		return true
	}
	hint := ""
	if tag == "!!str" && n.Kind == yaml.ScalarNode && !isNull(n) {
		hint = ": put it in quotes"
	}
	d.problem(n.Line, key, "want %s; got %s%s", want, describe(n), hint)
	return false
}

// section reads a mapping whose keys are the fields of a struct.
func (d *decoder) section(n *yaml.Node, v reflect.Value, key string) {
	fields := fieldsOf(v.Type())
	for name, p := range d.pairs(n, key) {
		full := join(key, name)
		if full == "extends" {
			continue // followed by chain
		}
		field, ok := fields[name]
		if !ok {
			d.unknown(p.key, full, name, slices.Sorted(maps.Keys(fields)))
			continue
		}
		d.at[full] = Place{d.file, p.key.Line}
		d.value(p.value, v.FieldByIndex(field.Index), full)
	}
}

func (d *decoder) unknown(n *yaml.Node, full, name string, known []string) {
	if like := nearest(name, known); like != "" {
		d.problem(n.Line, full, "no such setting; did you mean %s?", like)
		return
	}
	if namesSecret(name) {
		d.problem(n.Line, full, "no such setting, and secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it")
		return
	}
	d.problem(n.Line, full, "no such setting; there are %s", strings.Join(known, ", "))
}

// mapping reads a mapping whose keys are free.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, key string) {
	for name, p := range d.pairs(n, key) {
		full := join(key, name)
		d.at[full] = Place{d.file, p.key.Line}
		if namesSecret(name) {
			d.problem(p.key.Line, full, "secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it")
			continue
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(p.value, elem, full)
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		v.SetMapIndex(reflect.ValueOf(name), elem)
	}
}

// list reads a sequence. It takes the place of what an extended file says.
func (d *decoder) list(n *yaml.Node, v reflect.Value, key string) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.problem(n.Line, key, "want a list; got %s", describe(n))
		return
	}
	maps.DeleteFunc(d.at, func(k string, _ Place) bool { return strings.HasPrefix(k, key+"[") })
	list := reflect.MakeSlice(v.Type(), 0, len(n.Content))
	for i, item := range n.Content {
		full := fmt.Sprintf("%s[%d]", key, i)
		d.at[full] = Place{d.file, item.Line}
		elem := defaultItem(v.Type().Elem())
		d.value(item, elem, full)
		list = reflect.Append(list, elem)
	}
	v.Set(list)
}

// pair is a key of a mapping and its value.
type pair struct{ key, value *yaml.Node }

// pairs yields the keys of a mapping in order, with "<<" resolved. A key that
// stands twice is reported.
func (d *decoder) pairs(n *yaml.Node, key string) func(func(string, pair) bool) {
	return func(yield func(string, pair) bool) {
		if isNull(n) { // a section whose every line is a comment
			return
		}
		if n.Kind != yaml.MappingNode {
			d.problem(n.Line, key, "want settings, one a line; got %s", describe(n))
			return
		}
		var names []string
		all := map[string]pair{}
		merged := map[*yaml.Node]bool{n: true}
		var merge func(source *yaml.Node)
		collect := func(m *yaml.Node, own bool) {
			var sources []*yaml.Node
			first := map[string]int{}
			for i := 0; i+1 < len(m.Content); i += 2 {
				k, value := m.Content[i], m.Content[i+1]
				if k.Kind == yaml.AliasNode {
					k = k.Alias
				}
				if k.ShortTag() == "!!merge" {
					sources = append(sources, value)
					continue
				}
				if k.Kind != yaml.ScalarNode {
					d.problem(k.Line, key, "want the name of a setting; got %s", describe(k))
					continue
				}
				if line, twice := first[k.Value]; twice {
					if own {
						d.problem(k.Line, join(key, k.Value), "set twice; the first time on line %d", line)
					}
					continue
				}
				first[k.Value] = k.Line
				if _, set := all[k.Value]; !set {
					names = append(names, k.Value)
					all[k.Value] = pair{k, value}
				}
			}
			for _, s := range sources {
				merge(s)
			}
		}
		merge = func(source *yaml.Node) {
			if source.Kind == yaml.AliasNode {
				source = source.Alias
			}
			if merged[source] { // it can add nothing, and may hold itself
				return
			}
			merged[source] = true
			switch source.Kind {
			case yaml.MappingNode:
				collect(source, false)
			case yaml.SequenceNode:
				for _, s := range source.Content {
					merge(s)
				}
			default:
				d.problem(source.Line, join(key, "<<"), "want a mapping to merge; got %s", describe(source))
			}
		}
		collect(n, true)
		for _, name := range names {
			if !yield(name, all[name]) {
				return
			}
		}
	}
}

// fieldsOf are the fields of a struct by their keys in YAML.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for i := range t.NumField() {
		fields[t.Field(i).Tag.Get("yaml")] = t.Field(i)
	}
	return fields
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// describe says what a YAML value is, without showing more of it than helps.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "*" + n.Value
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return "the number " + shorten(n.Value)
	case "!!bool":
		return shorten(n.Value)
	case "!!str", "!!timestamp":
		return quote(n.Value)
	default:
		return "a value of type " + n.ShortTag()
	}
}

// quote shows a text in a message: never a secret, and not all of a long one.
func quote(s string) string {
	if secret(s) != "" {
		return "what looks like a secret"
	}
	return strconv.Quote(shorten(s))
}

func shorten(s string) string {
	const most = 40
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
