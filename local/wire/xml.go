package wire

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"reflect"
	"strconv"
	"time"
)

// timeLayout is ISO 8601 with milliseconds, as AWS writes times in XML.
const timeLayout = "2006-01-02T15:04:05.000Z"

// WriteXML answers 200 with the result of operation. out is a struct: its fields
// become elements of the same name, slices lists of <member>. Nil pointers, nil
// slices, empty strings and zero times are left out; a pointer to an empty string
// is an empty element.
func WriteXML(w http.ResponseWriter, namespace, operation string, out any) {
	id := RequestID()
	var b bytes.Buffer
	b.WriteString("<" + operation + `Response xmlns="` + namespace + `"><` + operation + "Result>")
	writeFields(&b, reflect.ValueOf(out))
	b.WriteString("</" + operation + "Result><ResponseMetadata><RequestId>" + id + "</RequestId></ResponseMetadata></" + operation + "Response>")
	writeXMLBody(w, http.StatusOK, id, b.Bytes())
}

// WriteXMLError answers with err as [AsError] sees it.
func WriteXMLError(w http.ResponseWriter, namespace string, err error) {
	e, id := AsError(err), RequestID()
	var b bytes.Buffer
	b.WriteString(`<ErrorResponse xmlns="` + namespace + `"><Error><Type>Sender</Type>`)
	writeElement(&b, "Code", reflect.ValueOf(e.Code))
	writeElement(&b, "Message", reflect.ValueOf(e.Message))
	b.WriteString("</Error><RequestId>" + id + "</RequestId></ErrorResponse>")
	writeXMLBody(w, e.Status, id, b.Bytes())
}

func writeXMLBody(w http.ResponseWriter, status int, id string, body []byte) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-RequestId", id)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away needs no answer
}

func writeFields(b *bytes.Buffer, v reflect.Value) {
	for i := range v.NumField() {
		writeElement(b, v.Type().Field(i).Name, v.Field(i))
	}
}

// writeElement writes v as the element called name, unless v is left out.
func writeElement(b *bytes.Buffer, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		v = v.Elem()
	case reflect.Slice:
		if v.IsNil() {
			return
		}
	case reflect.String:
		if v.Len() == 0 {
			return
		}
	}
	if t, ok := v.Interface().(time.Time); ok {
		if t.IsZero() {
			return
		}
		v = reflect.ValueOf(t.UTC().Format(timeLayout))
	}
	b.WriteString("<" + name + ">")
	switch v.Kind() {
	case reflect.String:
		_ = xml.EscapeText(b, []byte(v.String())) // a bytes.Buffer takes everything
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Slice:
		for i := range v.Len() {
			writeMember(b, v.Index(i))
		}
	case reflect.Struct:
		writeFields(b, v)
	default:
		panic("wire: " + v.Type().String() + " cannot be in a Query answer") // a mistake in the operation's type, which its first test meets
	}
	b.WriteString("</" + name + ">")
}

// writeMember writes one element of a list; unlike a field, it is never left out.
func writeMember(b *bytes.Buffer, v reflect.Value) {
	if v.Kind() == reflect.String && v.Len() == 0 {
		b.WriteString("<member></member>")
		return
	}
	writeElement(b, "member", v)
}
