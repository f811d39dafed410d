package resource

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gatehouse/local/wire"
)

// Decode reads p into the struct that into points to. A property goes to the field
// of the same name. Scalars are taken as CloudFormation passes them: "true" for
// true, "8" for 8, 8 for "8". A property or nested property without a field is
// refused as [wire.Unimplemented]; one of the wrong type is a ValidationError that
// says where it is.
//
// [KnownAfterApply] stays as it is in a string and leaves any other field at zero.
func Decode(p Properties, into any) error {
	return decode("", map[string]any(p), reflect.ValueOf(into).Elem())
}

func decode(path string, value any, into reflect.Value) error {
	if value == nil || !Resolved(value) && isText(value) && into.Kind() != reflect.String && into.Kind() != reflect.Interface {
		return nil
	}
	mistyped := func(want string) error {
		return wire.BadRequest("ValidationError", "%s: want %s; got %v", path, want, value)
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return decode(path, value, into.Elem())
	case reflect.Interface:
		into.Set(reflect.ValueOf(value))
		return nil
	case reflect.Struct:
		object, ok := asObject(value)
		if !ok {
			return mistyped("an object")
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			field := into.FieldByName(name)
			if !field.IsValid() {
				return wire.Unimplemented("the property " + join(path, name))
			}
			if err := decode(join(path, name), object[name], field); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		object, ok := asObject(value)
		if !ok {
			return mistyped("an object")
		}
		into.Set(reflect.MakeMapWithSize(into.Type(), len(object)))
		for name, member := range object {
			element := reflect.New(into.Type().Elem()).Elem()
			if err := decode(join(path, name), member, element); err != nil {
				return err
			}
			into.SetMapIndex(reflect.ValueOf(name), element)
		}
		return nil
	case reflect.Slice:
		list, ok := value.([]any)
		if !ok {
			return mistyped("a list")
		}
		into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
		for i, member := range list {
			if err := decode(fmt.Sprintf("%s[%d]", path, i), member, into.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	text, ok := scalar(value)
	if !ok {
		return mistyped("a single value")
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return mistyped("true or false")
		}
		into.SetBool(text == "true")
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return mistyped("a whole number")
		}
		into.SetInt(int64(n))
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return mistyped("a number")
		}
		into.SetFloat(n)
	default:
		return fmt.Errorf("decoding %s: no rule for %s", path, into.Type())
	}
	return nil
}

// Resolved tells whether value holds no [KnownAfterApply]. The shape of properties
// that do can be checked, their values cannot.
func Resolved(value any) bool {
	if text, ok := value.(string); ok {
		return !strings.Contains(text, KnownAfterApply)
	}
	if list, ok := value.([]any); ok {
		return !slices.ContainsFunc(list, func(v any) bool { return !Resolved(v) })
	}
	object, _ := asObject(value)
	for _, member := range object {
		if !Resolved(member) {
			return false
		}
	}
	return true
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

func asObject(value any) (map[string]any, bool) {
	switch v := value.(type) {
	case map[string]any:
		return v, true
	case Properties:
		return v, true
	}
	return nil, false
}

// scalar is value as a template would write it.
func scalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
