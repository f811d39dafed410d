package edge

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// What CloudFront compresses: objects of between 1,000 and 10,000,000 bytes.
// Source: the CloudFront developer guide, "Serving compressed files".
const minCompressed, maxCompressed = 1_000, 10_000_000

// compressible are the content types that CloudFront compresses. Source: as above.
var compressible = map[string]bool{}

func init() {
	for _, t := range strings.Fields(`
		application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
		application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf application/rss+xml
		application/truetype application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile
		application/vnd.ms-fontobject application/wasm application/xhtml+xml application/xml application/x-font-opentype
		application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript application/x-mpegurl
		application/x-opentype application/x-otf application/x-perl application/x-ttf font/eot font/opentype font/otf font/ttf
		image/svg+xml text/css text/csv text/html text/javascript text/js text/plain text/richtext text/tab-separated-values
		text/xml text/x-component text/x-java-source text/x-script vnd.apple.mpegurl`) {
		compressible[t] = true
	}
}

var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compress compresses the body with gzip if the behaviour, the object and the viewer
// agree. A strong ETag becomes a weak one: the bytes are others, the page is the same.
func (x *exchange) compress(a *answer) {
	if !x.route.compress || !compressibleStatus(a.status) || a.header.Get("Content-Encoding") != "" ||
		!compressible[mediaType(a.header.Get("Content-Type"))] || a.size < minCompressed || a.size > maxCompressed {
		return
	}
	addVary(a.header, "Accept-Encoding")
	if !accepts(strings.Join(x.viewer.Headers["accept-encoding"].all(), ","), "gzip") {
		return
	}
	if etag := a.header.Get("ETag"); strings.HasPrefix(etag, `"`) {
		a.header.Set("ETag", "W/"+etag)
	}
	if a.status == http.StatusNotModified {
		return
	}
	var b bytes.Buffer
	w := gzipWriters.Get().(*gzip.Writer) //nolint:forcetypeassert // the pool holds nothing else
	defer gzipWriters.Put(w)
	w.Reset(&b)
	if _, err := io.Copy(w, a.body); err != nil {
		x.unreadable(a, err)
		return
	}
	if err := w.Close(); err != nil {
		x.unreadable(a, err)
		return
	}
	a.close()
	a.setBody(b.Bytes())
	a.header.Set("Content-Encoding", "gzip")
	a.header.Del("Accept-Ranges")
}

// compressibleStatus tells whether answers with status are compressed; a 304 says what
// the compressed 200 would have said.
func compressibleStatus(status int) bool {
	switch status {
	case http.StatusOK, http.StatusForbidden, http.StatusNotFound, http.StatusNotModified:
		return true
	}
	return false
}

// unreadable turns a into the error that CloudFront answers with when an origin
// breaks off.
func (x *exchange) unreadable(a *answer, err error) {
	a.close()
	*a = *errorPage(http.StatusBadGateway, x.id, cannotConnect, err.Error())
}

func mediaType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return t
}

// accepts tells whether an Accept-Encoding header takes coding (RFC 9110, 12.5.3).
func accepts(header, coding string) bool {
	best := -1.0 // what the most specific match says
	specific := false
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != coding && (name != "*" || specific) {
			continue
		}
		quality := 1.0
		if text, ok := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); ok {
			var err error
			if quality, err = strconv.ParseFloat(text, 64); err != nil {
				quality = 0
			}
		}
		best, specific = quality, name == coding
	}
	return best > 0
}
