package config

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// TestDocumentIsCurrent: docs/configuration.md says to people what the types say to Load.
func TestDocumentIsCurrent(t *testing.T) {
	defaults := Default()
	defaults.derive("")
	d := document{comments: comments(t)}
	d.section("", "", reflect.ValueOf(defaults))
	isCurrent(t, filepath.Join("..", "docs", "configuration.md"), []byte(introduction+d.String()))
}

const introduction = `# Configuration

One YAML file in ` + "`config/`" + ` is one environment: ` + "`config/prod.yaml`" + ` is the environment ` + "`prod`" + `. A file may say
` + "`extends: base.yaml`" + `; what it sets itself wins, key by key, and a list takes the place of the other's. ` + "`base.yaml`" + ` is what
environments share and is none itself. What is not set has a default that is secure: the third column, from
` + "`config/default.go`" + `.

Editors with a YAML language server complete, explain and check every key from ` + "`config/schema.json`" + `. ` + "`make check`" + ` reports
every mistake at once, as ` + "`file:line: key: message`" + `, and so do ` + "`gatehouse up`" + ` and ` + "`npx cdk`" + `, before anything is started.
Secrets never stand in these files.

Some choices are for ever, because Cognito cannot change them in a pool that exists: required attributes, and the type and
name of custom attributes, which can be added later but never changed or removed. ` + "`gatehouse review`" + ` tells before a
deployment does ([review.md](review.md)).

A link instead of a code to verify with needs a domain that answers it, and texts that speak of a link:

` + "```yaml" + `
auth:
  verification:
    method: link
    domainPrefix: acme-shop # acme-shop.auth.<region>.amazoncognito.com; unique in its Region
    subject: Please confirm your e-mail address
    body: "Welcome. {##Confirm your address##} and come in."
` + "```" + `

This page and the schema are written from the Go types by ` + "`go generate ./config`" + `.
`

// document writes a section of settings after the other.
type document struct {
	strings.Builder
	comments map[string]string
}

// section writes the settings of a struct as a table, then the sections in it.
func (d *document) section(key, about string, v reflect.Value) {
	title := "`" + key + "`"
	if key == "" {
		title = "The environment"
	}
	fmt.Fprintf(d, "\n## %s\n", title)
	if about != "" {
		fmt.Fprintf(d, "\n%s\n", about)
	}
	type inner struct {
		key, about string
		v          reflect.Value
	}
	var sections []inner
	table := false
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := field.Tag.Get("yaml")
		comment := strings.NewReplacer("<", "&lt;", "|", `\|`).Replace(d.comments[v.Type().Name()+"."+field.Name])
		full := join(key, name)
		if entries, ok := settingsIn(v.Field(i)); ok {
			if field.Type.Kind() == reflect.Slice {
				full += "[]"
			}
			sections = append(sections, inner{full, comment, entries})
			continue
		}
		if !table {
			table = true
			d.WriteString("\n| key | value | default | what it is for |\n|---|---|---|---|\n")
		}
		fmt.Fprintf(d, "| `%s` | %s | %s | %s |\n", name, allowed(field), standard(v.Field(i), field.Tag), comment)
		if key == "" && name == "environment" {
			d.WriteString("| `extends` | a file's name | | A file beside this one, such as base.yaml. What this one sets itself wins, key by key. |\n")
		}
	}
	for _, s := range sections {
		d.section(s.key, s.about, s.v)
	}
}

// settingsIn is the struct that a setting is, or that its list's entries are.
func settingsIn(v reflect.Value) (reflect.Value, bool) {
	if v.Kind() == reflect.Slice {
		v = defaultItem(v.Type().Elem())
	}
	return v, v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[Date]()
}

// allowed says which values a setting may have.
func allowed(field reflect.StructField) string {
	tag, kind := field.Tag, field.Type.Kind()
	low, high, bounded := strings.Cut(tag.Get("range"), ",")
	switch {
	case tag.Get("enum") != "":
		values := "`" + strings.ReplaceAll(tag.Get("enum"), ",", "`, `") + "`"
		if kind == reflect.Slice {
			values = "a list of " + values
		}
		return values
	case field.Type == reflect.TypeFor[Date]():
		return "a day"
	case bounded:
		return low + "–" + high
	case tag.Get("want") != "":
		return tag.Get("want")
	case kind == reflect.Bool:
		return "true or false"
	case kind == reflect.Map && field.Type.Elem().Kind() == reflect.Slice:
		return "names with lists"
	case kind == reflect.Map:
		return "names with values"
	case kind == reflect.Pointer:
		return "a whole number"
	}
	switch low, high := tag.Get("min"), tag.Get("max"); {
	case low != "":
		return low + "–" + high + " characters"
	case high != "":
		return "at most " + high + " characters"
	}
	return "text"
}

// standard is the default of a setting.
func standard(v reflect.Value, tag reflect.StructTag) string {
	text := ""
	switch value := v.Interface().(type) {
	case Lifetime:
		if value != 0 {
			text = value.String()
		}
	case string:
		text = value
	case bool:
		text = strconv.FormatBool(value)
	case int:
		text = strconv.Itoa(value)
	}
	if text != "" {
		return "`" + text + "`"
	}
	if tag.Get("required") != "" {
		return "must be set"
	}
	return ""
}
