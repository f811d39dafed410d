package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write schema.json and docs/configuration.md instead of comparing them")

// TestSchemaIsCurrent: schema.json says to editors what the types say to Load.
func TestSchemaIsCurrent(t *testing.T) { isCurrent(t, "schema.json", generateSchema(t)) }

// isCurrent compares a generated file with what it should be.
func isCurrent(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the types say (%v): go generate ./config", file, err)
	}
}

// TestSchemaAgreesWithLoad: what Load refuses for its own sake, an editor
// underlines; and it underlines nothing in this repository's files.
func TestSchemaAgreesWithLoad(t *testing.T) {
	schema := compileSchema(t)
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(data), "# yaml-language-server: $schema=schema.json\n") {
			t.Errorf("%s does not name its schema in the first line", file)
		}
		if err := schema.Validate(decode(t, string(data))); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, wrong := range []string{
		"protct: true", "protect: yes", "account: 1", `account: "1"`, "region: here", "tags: {a: 1}",
		"auth: {password: {minLength: 5}}", "auth: {password: {minLength: 100}}", "auth: {attributes: {required: [email]}}",
		"auth: {attributes: {custom: [{type: string}]}}", "auth: {tokens: {id: 1w}}", "auth: {groups: [{}]}",
		"hosting: {routing: spa}", "hosting: {headers: {contentSecurityPolicy: {img-src: a}}}", "local: {port: 1}", "extends: [a]",
		"review: {waivers: [{rule: mfa-required, resource: Users, reason: announced in May, until: soon}]}",
		"review: {waivers: [{resource: Users, reason: announced in May, until: '2027-01-31'}]}",
	} {
		if schema.Validate(decode(t, wrong)) == nil {
			t.Errorf("%s: the schema accepts it", wrong)
		}
		if _, err := Parse("t.yaml", []byte("project: shop\nregion: eu-central-1\n"+wrong)); err == nil {
			t.Errorf("%s: Load accepts it", wrong)
		}
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// generateSchema turns the types of the settings into a JSON schema: keys and limits
// from their tags, descriptions from their comments, defaults from Default.
func generateSchema(t *testing.T) []byte {
	t.Helper()
	g := generator{comments: comments(t)}
	defaults := Default()
	defaults.derive("")
	root := g.object(reflect.ValueOf(defaults))
	root["properties"].(map[string]any)["extends"] = map[string]any{
		"type":        "string",
		"description": "A file beside this one, such as base.yaml. What this one sets itself wins, key by key.",
	}
	root["$schema"] = "http://json-schema.org/draft-07/schema#" // what editors know best
	root["title"] = "An environment"
	delete(root, "required") // what a file lacks may stand in the one that it extends
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(root); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type generator struct {
	comments map[string]string // by type.Field
}

func (g generator) object(v reflect.Value) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := field.Tag.Get("yaml")
		p := g.value(v.Field(i), field.Tag)
		p["description"] = g.comments[v.Type().Name()+"."+field.Name]
		properties[name] = p
		if field.Tag.Get("required") != "" {
			required = append(required, name)
		}
	}
	o := map[string]any{"type": []string{"object", "null"}, "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func (g generator) value(v reflect.Value, tag reflect.StructTag) map[string]any {
	switch v := v.Interface().(type) {
	case Lifetime:
		return map[string]any{"type": "string", "pattern": "^[0-9]+[mhd]$", "default": v.String()}
	case Date:
		return map[string]any{"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
	}
	s := map[string]any{}
	limit := func(tagName, keyword string) {
		if value := tag.Get(tagName); value != "" {
			s[keyword] = number(value)
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		return g.object(v)
	case reflect.Pointer:
		return g.value(reflect.Zero(v.Type().Elem()), tag+` nodefault:"true"`)
	case reflect.Slice:
		item := defaultItem(v.Type().Elem())
		items := g.value(item, tag)
		if item.Kind() == reflect.Struct {
			items["type"] = "object"
		}
		return map[string]any{"type": []string{"array", "null"}, "items": items}
	case reflect.Map:
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": g.value(reflect.Zero(v.Type().Elem()), "")}
	case reflect.String:
		s["type"] = "string"
		limit("min", "minLength")
		limit("max", "maxLength")
		if enum := tag.Get("enum"); enum != "" {
			s["enum"] = strings.Split(enum, ",")
		}
		if pattern := tag.Get("pattern"); pattern != "" {
			s["pattern"] = pattern
			if tag.Get("required") == "" {
				s["pattern"] = "^$|" + pattern // left empty is left out
			}
		}
		if v.String() != "" {
			s["default"] = v.String()
		}
	case reflect.Bool:
		s["type"], s["default"] = "boolean", v.Bool()
	case reflect.Int:
		s["type"] = "integer"
		if low, high, ok := strings.Cut(tag.Get("range"), ","); ok {
			s["minimum"], s["maximum"] = number(low), number(high)
		}
		if _, none := tag.Lookup("nodefault"); !none {
			s["default"] = v.Int()
		}
	}
	return s
}

// comments are the doc comments of the settings in this package's files, by type.Field.
func comments(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, isType := n.(*ast.TypeSpec)
			if !isType {
				return true
			}
			if settings, isStruct := spec.Type.(*ast.StructType); isStruct {
				commentsOf(t, spec.Name.Name, settings, found)
			}
			return false
		})
	}
	return found
}

// commentsOf adds the comments of the fields that are settings.
func commentsOf(t *testing.T, name string, settings *ast.StructType, found map[string]string) {
	t.Helper()
	for _, field := range settings.Fields.List {
		if field.Tag == nil || !strings.Contains(field.Tag.Value, `yaml:"`) {
			continue
		}
		text := strings.ReplaceAll(strings.TrimSpace(field.Doc.Text()), "\n", " ")
		if text == "" {
			t.Errorf("%s.%s has no comment to explain it in editors", name, field.Names[0].Name)
		}
		found[name+"."+field.Names[0].Name] = text
	}
}
