package config

import (
	"maps"
	"slices"
	"strings"
)

// ResponseHeaders are the headers of every answer of the site, by their names. They
// are those that OWASP ASVS 5.0 chapter 3.4 asks for, which MDN's HTTP Observatory
// grades A+, and the environment's own.
func (c Config) ResponseHeaders() map[string]string {
	headers := map[string]string{
		"Content-Security-Policy":      c.contentSecurityPolicy(),
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		"Referrer-Policy":              "strict-origin-when-cross-origin",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
	}
	if !c.isLocal() { // plain http has no strict transport, and a browser would keep it for all of localhost
		headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
	}
	maps.Copy(headers, c.Hosting.Headers.Custom)
	return headers
}

// isLocal is whether the environment is deployed to a local cloud.
func (c Config) isLocal() bool { return c.Local.Endpoint != "" }

// contentSecurityPolicy lets pages load what is their own and talk to Cognito, and
// nothing else. The configuration adds sources to it.
func (c Config) contentSecurityPolicy() string {
	cognito := "https://cognito-idp." + c.Region + ".amazonaws.com"
	if c.isLocal() {
		cognito = c.Local.Endpoint
	}
	directives := []struct {
		name    string
		sources []string
	}{
		{"default-src", nil},
		{"script-src", []string{"'self'"}},
		{"style-src", []string{"'self'"}},
		{"img-src", []string{"'self'"}},
		{"font-src", []string{"'self'"}},
		{"connect-src", []string{"'self'", cognito}},
		{"manifest-src", []string{"'self'"}},
		{"base-uri", nil},
		{"object-src", nil},
		{"form-action", nil},
		{"frame-ancestors", nil},
	}
	added := maps.Clone(c.Hosting.Headers.ContentSecurityPolicy)
	var policy []string
	write := func(name string, sources []string) {
		if len(sources) == 0 {
			sources = []string{"'none'"}
		}
		policy = append(policy, name+" "+strings.Join(sources, " "))
	}
	for _, d := range directives {
		write(d.name, append(d.sources, added[d.name]...))
		delete(added, d.name)
	}
	for _, name := range slices.Sorted(maps.Keys(added)) {
		write(name, added[name])
	}
	if !c.isLocal() {
		policy = append(policy, "upgrade-insecure-requests")
	}
	return strings.Join(policy, "; ")
}
