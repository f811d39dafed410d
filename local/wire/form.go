package wire

import (
	"cmp"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// protocolMembers are sent with every Query request and belong to no operation.
var protocolMembers = []string{"Action", "Version"}

// decodeForm fills the struct that in points to, and refuses what is left over.
func decodeForm(form url.Values, in any) error {
	d := formDecoder{form: form, left: map[string]bool{}}
	for member := range form {
		d.left[member] = !slices.Contains(protocolMembers, member)
	}
	if err := d.fields(reflect.ValueOf(in).Elem(), ""); err != nil {
		return err
	}
	for _, member := range slices.Sorted(maps.Keys(d.left)) {
		if d.left[member] {
			return Unimplemented("the input member " + member)
		}
	}
	return nil
}

// formDecoder remembers which members of the form nothing has asked for.
type formDecoder struct {
	form url.Values
	left map[string]bool
}

// fields decodes every field of the struct v; prefix ends with a dot or is empty.
func (d formDecoder) fields(v reflect.Value, prefix string) error {
	for i := range v.NumField() {
		if err := d.value(v.Field(i), prefix+v.Type().Field(i).Name); err != nil {
			return err
		}
	}
	return nil
}

// value decodes the member called name, if it was sent, into v.
func (d formDecoder) value(v reflect.Value, name string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !d.sent(name) {
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(v.Elem(), name)
	case reflect.Struct:
		return d.fields(v, name+".")
	case reflect.Slice:
		return d.list(v, name)
	}
	if !d.form.Has(name) {
		return nil
	}
	d.left[name] = false
	text := d.form.Get(name)
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return nil
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return BadRequest("MalformedInput", "%s: want true or false; got %q", name, text)
		}
		v.SetBool(b)
		return nil
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return BadRequest("MalformedInput", "%s: want a whole number; got %q", name, text)
		}
		v.SetInt(int64(n))
		return nil
	default:
		panic("wire: " + v.Type().String() + " cannot be a member of a Query request") // a mistake in the operation's type, which its first test meets
	}
}

// list decodes name.member.1, name.member.2 … into the slice v, in the order of
// their numbers. A bare name is an empty list.
func (d formDecoder) list(v reflect.Value, name string) error {
	if d.form.Has(name) {
		d.left[name] = false
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	numbers := map[string]int{}
	for member := range d.form {
		rest, ok := strings.CutPrefix(member, name+".member.")
		if !ok {
			continue
		}
		digits, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 {
			return BadRequest("MalformedInput", "%s: want %s.member.1, .2 and so on", member, name)
		}
		numbers[digits] = n
	}
	ordered := slices.SortedFunc(maps.Keys(numbers), func(a, b string) int { return cmp.Compare(numbers[a], numbers[b]) })
	for _, digits := range ordered {
		element := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(element, name+".member."+digits); err != nil {
			return err
		}
		v.Set(reflect.Append(v, element))
	}
	return nil
}

// sent reports whether the member called name, or a part of it, is in the form.
func (d formDecoder) sent(name string) bool {
	for member := range d.form {
		if member == name || strings.HasPrefix(member, name+".") {
			return true
		}
	}
	return false
}
