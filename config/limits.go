package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checker looks at values of the right type: first each against the limits in
// its field's tags, then (in check.go) against each other.
type checker struct {
	at       Places
	file     string // the environment's own; stands in for a key that no file sets
	problems Problems
}

// bad reports what is wrong with a setting, at the place of the key or, if no
// file sets it, of what it belongs to.
func (ch *checker) bad(key, format string, args ...any) {
	at, ok := ch.at.Of(key)
	if !ok {
		at = Place{ch.file, 1}
	}
	ch.problems = append(ch.problems, Problem{at.File, at.Line, key, fmt.Sprintf(format, args...)})
}

// fine is whether nothing has been said about the setting yet: one mistake, one message.
func (ch *checker) fine(key string) bool {
	return !slices.ContainsFunc(ch.problems, func(p Problem) bool {
		return p.Key == key || strings.HasPrefix(p.Key, key+".") || strings.HasPrefix(p.Key, key+"[")
	})
}

// parent is auth.groups for auth.groups[0], auth for auth.groups and "" for auth.
func parent(key string) string {
	return key[:max(strings.LastIndexAny(key, ".["), 0)]
}

// limits checks every setting against the tags of its field:
//
//	required:"true"   must be set
//	enum:"a,b"        one of these (of a list: each of them)
//	range:"6,99"      at least and at most, for numbers and lifetimes
//	min:"6" max:"99"  characters
//	pattern:"…"       a regular expression, told to people as want:"…"
func (ch *checker) limits(c Config) { ch.section(reflect.ValueOf(c), "") }

func (ch *checker) section(v reflect.Value, key string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		ch.value(v.Field(i), field.Tag, join(key, field.Tag.Get("yaml")))
	}
}

func (ch *checker) value(v reflect.Value, tag reflect.StructTag, key string) {
	if day, ok := v.Interface().(Date); ok {
		if tag.Get("required") != "" && day.Time().IsZero() && ch.fine(key) {
			ch.bad(key, "missing; want a day, such as 2027-01-31")
		}
		return
	}
	if v.Kind() == reflect.Struct {
		ch.section(v, key)
		return
	}
	if !ch.fine(key) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			ch.value(v.Elem(), tag, key)
		}
	case reflect.Slice:
		for i := range v.Len() {
			ch.value(v.Index(i), tag, fmt.Sprintf("%s[%d]", key, i))
		}
	case reflect.String:
		ch.text(v.String(), tag, key)
	case reflect.Int:
		if low, high, ok := strings.Cut(tag.Get("range"), ","); ok {
			if n := int(v.Int()); n < number(low) || n > number(high) {
				ch.bad(key, "want %s–%s; got %d", low, high, n)
			}
		}
	case reflect.Int64: // the only one is Lifetime
		if low, high, ok := strings.Cut(tag.Get("range"), ","); ok {
			if l := v.Interface().(Lifetime); l < lifetime(low) || l > lifetime(high) {
				ch.bad(key, "want %s–%s; got %s", low, high, l)
			}
		}
	}
}

func (ch *checker) text(s string, tag reflect.StructTag, key string) {
	enum, pattern, want := tag.Get("enum"), tag.Get("pattern"), tag.Get("want")
	if s == "" && enum == "" {
		if tag.Get("required") != "" {
			if want == "" {
				want = "a value"
			}
			ch.bad(key, "missing; want %s", want)
		}
		return
	}
	if enum != "" {
		if values := strings.Split(enum, ","); !slices.Contains(values, s) {
			ch.bad(key, "want %s; got %s", oneOf(values), quote(s))
		}
		return
	}
	if pattern != "" && !regexp.MustCompile(pattern).MatchString(s) {
		ch.bad(key, "want %s; got %s", want, quote(s))
		return
	}
	low, high := tag.Get("min"), tag.Get("max")
	switch n := utf8.RuneCountInString(s); {
	case low != "" && n < number(low):
		ch.bad(key, "want %s–%s characters; got %d", low, high, n)
	case high != "" && low != "" && n > number(high):
		ch.bad(key, "want %s–%s characters; got %d", low, high, n)
	case high != "" && n > number(high):
		ch.bad(key, "want at most %s characters; got %d", high, n)
	}
}

// oneOf is "a or b", "a, b or c".
func oneOf(values []string) string {
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}

// number reads a limit from a tag. A limit that is none is a programming
// mistake that every test meets.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("config: limit " + s)
	}
	return n
}

// lifetime is number for lifetimes.
func lifetime(s string) Lifetime {
	l, err := ParseLifetime(s)
	if err != nil {
		panic("config: limit " + s)
	}
	return l
}
