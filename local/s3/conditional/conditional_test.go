package conditional_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"gatehouse/local/s3/conditional"
)

var (
	modified = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	have     = conditional.Representation{ETag: `"abc"`, LastModified: modified, Size: 10}
)

func TestEvaluate(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return modified.Add(d).Format(http.TimeFormat) }
	for name, tc := range map[string]struct {
		request map[string]string
		size    int64
		want    string // status, offset, length, Content-Range
	}{
		"no condition gets everything":                   {nil, 10, "200 0 10 "},
		"a range is cut out":                             {map[string]string{"Range": "bytes=2-4"}, 10, "206 2 3 bytes 2-4/10"},
		"a range without an end reaches the end":         {map[string]string{"Range": "bytes=7-"}, 10, "206 7 3 bytes 7-9/10"},
		"a range that is too long is shortened":          {map[string]string{"Range": "bytes=7-99"}, 10, "206 7 3 bytes 7-9/10"},
		"a suffix counts from the end":                   {map[string]string{"Range": "bytes=-3"}, 10, "206 7 3 bytes 7-9/10"},
		"a suffix longer than the object is all of it":   {map[string]string{"Range": "bytes=-30"}, 10, "206 0 10 bytes 0-9/10"},
		"a range past the end cannot be satisfied":       {map[string]string{"Range": "bytes=10-"}, 10, "416 0 0 bytes */10"},
		"a suffix of nothing cannot be satisfied":        {map[string]string{"Range": "bytes=-0"}, 10, "416 0 0 bytes */10"},
		"an empty object satisfies no range":             {map[string]string{"Range": "bytes=0-"}, 0, "416 0 0 bytes */0"},
		"a backward range is ignored":                    {map[string]string{"Range": "bytes=4-2"}, 10, "200 0 10 "},
		"another unit is ignored":                        {map[string]string{"Range": "lines=1-2"}, 10, "200 0 10 "},
		"several ranges get everything":                  {map[string]string{"Range": "bytes=0-1,3-4"}, 10, "200 0 10 "},
		"a number beyond every file is ignored":          {map[string]string{"Range": "bytes=99999999999999999999-"}, 10, "200 0 10 "},
		"If-Range with the tag takes the range":          {map[string]string{"Range": "bytes=0-1", "If-Range": `"abc"`}, 10, "206 0 2 bytes 0-1/10"},
		"If-Range with another tag gets everything":      {map[string]string{"Range": "bytes=0-1", "If-Range": `"old"`}, 10, "200 0 10 "},
		"If-Range with a weak tag gets everything":       {map[string]string{"Range": "bytes=0-1", "If-Range": `W/"abc"`}, 10, "200 0 10 "},
		"If-Range with the date takes the range":         {map[string]string{"Range": "bytes=0-1", "If-Range": at(0)}, 10, "206 0 2 bytes 0-1/10"},
		"If-Range with another date gets everything":     {map[string]string{"Range": "bytes=0-1", "If-Range": at(time.Second)}, 10, "200 0 10 "},
		"If-None-Match with the tag is not modified":     {map[string]string{"If-None-Match": `"x", "abc"`}, 10, "304 0 0 "},
		"If-None-Match compares weakly":                  {map[string]string{"If-None-Match": `W/"abc"`}, 10, "304 0 0 "},
		"If-None-Match star is not modified":             {map[string]string{"If-None-Match": "*"}, 10, "304 0 0 "},
		"If-None-Match with another tag gets everything": {map[string]string{"If-None-Match": `"x"`}, 10, "200 0 10 "},
		"If-None-Match wins over If-Modified-Since":      {map[string]string{"If-None-Match": `"x"`, "If-Modified-Since": at(0)}, 10, "200 0 10 "},
		"If-Modified-Since at that very second is 304":   {map[string]string{"If-Modified-Since": at(0)}, 10, "304 0 0 "},
		"If-Modified-Since a second earlier is 200":      {map[string]string{"If-Modified-Since": at(-time.Second)}, 10, "200 0 10 "},
		"If-Modified-Since that is no date is ignored":   {map[string]string{"If-Modified-Since": "yesterday"}, 10, "200 0 10 "},
		"If-Match with the tag passes":                   {map[string]string{"If-Match": `"abc"`}, 10, "200 0 10 "},
		"If-Match with another tag fails":                {map[string]string{"If-Match": `"x"`}, 10, "412 0 0 "},
		"If-Match with a weak tag fails":                 {map[string]string{"If-Match": `W/"abc"`}, 10, "412 0 0 "},
		"If-Unmodified-Since a second earlier fails":     {map[string]string{"If-Unmodified-Since": at(-time.Second)}, 10, "412 0 0 "},
		"If-Match wins over If-Unmodified-Since":         {map[string]string{"If-Match": `"abc"`, "If-Unmodified-Since": at(-time.Second)}, 10, "200 0 10 "},
		"not modified wins over a range":                 {map[string]string{"If-None-Match": `"abc"`, "Range": "bytes=0-1"}, 10, "304 0 0 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := http.Header{}
			for name, value := range tc.request {
				request.Set(name, value)
			}
			a := conditional.Evaluate(request, conditional.Representation{ETag: have.ETag, LastModified: have.LastModified, Size: tc.size})
			if got := fmt.Sprintf("%d %d %d %s", a.Status, a.Offset, a.Length, a.ContentRange); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func FuzzRange(f *testing.F) {
	for _, header := range []string{"bytes=0-1", "bytes=-5", "bytes=5-", "bytes=-", "bytes=0-0,1-1", "bytes= 1-2 "} {
		f.Add(header, int64(10))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		a := conditional.Evaluate(http.Header{"Range": {header}}, conditional.Representation{ETag: have.ETag, LastModified: modified, Size: size})
		switch a.Status {
		case http.StatusOK:
			if a.Offset != 0 || a.Length != size {
				t.Errorf("%q of %d: everything is %+v", header, size, a)
			}
		case http.StatusPartialContent:
			if a.Offset < 0 || a.Length < 1 || a.Length > size || a.Offset > size-a.Length {
				t.Errorf("%q of %d: outside of the object: %+v", header, size, a)
			}
		case http.StatusRequestedRangeNotSatisfiable:
			if a.Offset != 0 || a.Length != 0 {
				t.Errorf("%q of %d: bytes with a refusal: %+v", header, size, a)
			}
		default:
			t.Errorf("%q of %d: status %d", header, size, a.Status)
		}
	})
}
