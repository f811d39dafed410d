package mail

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed page
var pageFiles embed.FS

// assets are the page's own files by path. The page loads nothing else.
var assets = map[string]asset{
	"/{$}":      {file: "index.html", contentType: "text/html; charset=utf-8"},
	"/page.css": {file: "page.css", contentType: "text/css; charset=utf-8"},
	"/page.js":  {file: "page.js", contentType: "text/javascript; charset=utf-8"},
	"/icon.svg": {file: "icon.svg", contentType: "image/svg+xml"},
}

// pagePolicy lets the page use its own files and API and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

type asset struct{ file, contentType string }

func (a asset) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	data, err := fs.ReadFile(pageFiles, "page/"+a.file)
	if err != nil {
		writeError(w, http.StatusInternalServerError, parameterError{Problem: err.Error()})
		return
	}
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Content-Type", a.contentType)
	_, _ = w.Write(data) // a client that went away needs no answer
}
