package edge

import (
	"fmt"
	"iter"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"
	"go.etcd.io/bbolt"

	"gatehouse/local/s3/wildcard"
)

// site is a distribution ready to answer: its functions compiled, its policies at
// hand. It is never changed; a new deployment makes a new one.
type site struct {
	s          *Service
	id, domain string
	arn        string
	created    time.Time
	enabled    bool
	rootObject string
	routes     []route // in the order in which they are tried; the default one is last
	errorPages map[int]customErrorResponse
}

// route is a behaviour ready to answer.
type route struct {
	pattern  string // empty: everything
	methods  []string
	bucket   string
	prefix   string // OriginPath
	signed   bool   // requests to the bucket are made as the distribution
	compress bool
	headers  *headersPolicyConfig
	request  *goja.Program // the viewer-request function
	response *goja.Program // the viewer-response function
}

// sites are all distributions, compiled. They are compiled again after a change.
func (s *Service) sites() ([]*site, error) {
	if compiled := s.current.Load(); compiled != nil {
		return *compiled, nil
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	sites := []*site{}
	if err := s.DB.View(func(tx *bbolt.Tx) error {
		return eachDistribution(tx, func(d distribution) error {
			compiled, err := s.compileSite(tx, d)
			if err != nil {
				return fmt.Errorf("preparing the distribution %s: %w", d.ID, err)
			}
			sites = append(sites, compiled)
			return nil
		})
	}); err != nil {
		return nil, err
	}
	s.current.Store(&sites)
	return sites, nil
}

func (s *Service) compileSite(tx *bbolt.Tx, d distribution) (*site, error) {
	c := &site{
		s: s, id: d.ID, domain: d.DomainName, arn: s.distributionARN(d.ID), created: d.Created,
		enabled: d.Config.Enabled, rootObject: d.Config.DefaultRootObject, errorPages: map[int]customErrorResponse{},
	}
	for _, e := range d.Config.CustomErrorResponses {
		c.errorPages[e.ErrorCode] = e
	}
	for _, b := range d.Config.behaviors() {
		r := route{pattern: b.PathPattern, methods: b.AllowedMethods}
		if len(r.methods) == 0 {
			r.methods = []string{"GET", "HEAD"}
		}
		for _, o := range d.Config.Origins {
			if o.Id != b.TargetOriginId {
				continue
			}
			r.bucket, r.prefix = o.bucket(), o.OriginPath
			control, found, err := accessControls.Get(tx, o.OriginAccessControlId)
			if err != nil {
				return nil, err
			}
			r.signed = found && control.Config.SigningBehavior == "always"
		}
		gzip, _, err := findCachePolicy(tx, b.CachePolicyId)
		if err != nil {
			return nil, err
		}
		r.compress = gzip && b.Compress
		if b.ResponseHeadersPolicyId != "" {
			headers, _, err := findHeadersPolicy(tx, b.ResponseHeadersPolicyId)
			if err != nil {
				return nil, err
			}
			r.headers = &headers
		}
		for _, a := range b.FunctionAssociations {
			f, _, err := findFunction(tx, a.FunctionARN)
			if err != nil {
				return nil, err
			}
			program, err := compile(f.Name, f.Live)
			if err != nil {
				return nil, err
			}
			if a.EventType == viewerRequest {
				r.request = program
			} else {
				r.response = program
			}
		}
		c.routes = append(c.routes, r)
	}
	return c, nil
}

// pick finds the distribution that a Host header names: <domain> as it is, or with
// .localhost for .net, which browsers resolve to this machine. Any other host gets
// the distribution that was created last.
func pick(sites []*site, host string) *site {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.ToLower(name)
	var last *site
	for _, c := range sites {
		if name == c.domain || name == strings.TrimSuffix(c.domain, ".net")+".localhost" {
			return c
		}
		if last == nil || c.created.After(last.created) {
			last = c
		}
	}
	if strings.HasSuffix(name, ".cloudfront.net") || strings.HasSuffix(name, ".cloudfront.localhost") {
		return nil // a distribution that is not, or no longer, there
	}
	return last
}

// route is the first behaviour whose pattern the path matches.
func (c *site) route(path string) route {
	i := slices.IndexFunc(c.routes, func(r route) bool { return r.pattern == "" || matchesPath(r.pattern, path) })
	return c.routes[i] // the last one matches everything
}

// matchesPath matches a path with a behaviour's pattern, in which * is any run of
// characters and ? any one. The slash at the front of either may be missing. Source:
// the CloudFront developer guide, "Path pattern".
func matchesPath(pattern, path string) bool {
	return wildcard.Match(strings.TrimPrefix(pattern, "/"), strings.TrimPrefix(path, "/"))
}

func keys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
