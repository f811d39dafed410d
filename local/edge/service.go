// Package edge is Amazon CloudFront as far as the hosting stack uses it: distributions
// with S3 origins behind an origin access control, viewer functions, response headers
// policies, custom error responses and compression.
//
// It serves what a distribution would serve, as the distribution would serve it, with
// one exception: it keeps no copies. Every request goes to the bucket, so a
// deployment shows at once and an invalidation has nothing to do. Requests come over
// plain HTTP on loopback and are treated as if they had come over HTTPS. What is
// not implemented is refused when it is deployed; each known difference is in
// DIFFERENCES.md.
package edge

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/s3"
)

// Objects are the buckets that distributions have as origins; [s3.Service] is one.
type Objects interface {
	// Object opens an object for a principal. Its errors are S3's: see
	// [s3.Service.Object].
	Object(ctx context.Context, r s3.ObjectRequest) (*s3.Object, error)
}

// Config is what a [Service] is made of; every field is required.
type Config struct {
	DB              *bbolt.DB
	Objects         Objects
	Account, Region string
	Now             func() time.Time
	// Site is the base URL under which the handler is reached: http://localhost:8080.
	Site func() string
}

// Service is CloudFront in one account. It is the http.Handler of the site.
type Service struct {
	Config
	// current are the distributions, compiled; nil after a change, until the next
	// request compiles them again.
	current atomic.Pointer[[]*site]
	// changing is held while the database is changed or current is made from it.
	changing sync.Mutex
}

// New opens CloudFront's part of the database.
func New(c Config) (*Service, error) {
	s := &Service{Config: c}
	_, err := s.sites()
	if err != nil {
		return nil, fmt.Errorf("reading the distributions: %w", err)
	}
	return s, nil
}

// ServeHTTP answers as the distribution that the request's host names.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sites, err := s.sites()
	if err != nil {
		http.Error(w, fmt.Sprintf("The local cloud cannot read its distributions: %v", err), http.StatusBadGateway)
		return
	}
	found := pick(sites, r.Host)
	if found == nil {
		s.nothingHere(w)
		return
	}
	answer := found.respond(r)
	defer answer.close()
	answer.write(w, r.Method)
}

// nothingHere greets somebody who comes before anything is deployed.
func (s *Service) nothingHere(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = fmt.Fprintf(w, nothingDeployed, s.Site()) // a client that went away needs no answer
}

const nothingDeployed = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Nothing is deployed yet</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}</style>
<h1>Nothing is deployed yet</h1>
<p>This is the local cloud's site at %s. It has no distribution with this name. As soon as a stack with one is deployed, it answers here; reload the page then.</p>
</html>
`
