package config

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// rules checks what the limits of one setting cannot say.
func (ch *checker) rules(c Config) {
	ch.names(c)
	ch.tags(c.Tags)
	ch.attributes(c.Auth.Attributes)
	ch.verification(c.Auth.Verification)
	ch.tokens(c.Auth.Tokens)
	ch.groups(c.Auth.Groups)
	ch.hosting(c.Hosting)
	ch.contentSecurityPolicy(c.Hosting.Headers.ContentSecurityPolicy)
	ch.customHeaders(c.Hosting.Headers.Custom)
	ch.local(c.Local)
	ch.delivery(c)
	ch.preview(c)
	ch.review(c.Review)
}

func (ch *checker) names(c Config) {
	// The names of the stacks' SSM parameters begin with the project's, and SSM keeps these for itself:
	// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
	for _, reserved := range []string{"aws", "ssm"} {
		if strings.HasPrefix(c.Project, reserved) {
			ch.bad("project", "want a name that does not begin with %s, which AWS keeps for itself; got %q", reserved, c.Project)
		}
	}
	for _, other := range []string{"cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"} {
		if strings.HasPrefix(c.Region, other) {
			ch.bad("region", "want a region of AWS's main partition, which these stacks are written for; got %q", c.Region)
		}
	}
}

var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
func (ch *checker) tags(tags map[string]string) {
	const most = 50
	if len(tags) > most {
		ch.bad("tags", "want at most %d; got %d", most, len(tags))
	}
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		key := join("tags", name)
		switch n := utf8.RuneCountInString(name); {
		case n < 1 || n > 128:
			ch.bad(key, "want a name of 1–128 characters; got %d", n)
		case strings.HasPrefix(strings.ToLower(name), "aws:"):
			ch.bad(key, "want a name that does not begin with aws:, which AWS keeps for itself")
		case !tagText.MatchString(name):
			ch.bad(key, "want a name of letters, digits, spaces and _ . : / = + - @")
		}
		switch value := tags[name]; {
		case utf8.RuneCountInString(value) > 256:
			ch.bad(key, "want at most 256 characters; got %d", utf8.RuneCountInString(value))
		case !tagText.MatchString(value):
			ch.bad(key, "want letters, digits, spaces and _ . : / = + - @; got %s", quote(value))
		}
	}
}

func (ch *checker) attributes(a Attributes) {
	seen := map[string]bool{}
	for i, name := range a.Required {
		if seen[name] {
			ch.bad(fmt.Sprintf("auth.attributes.required[%d]", i), "%s stands twice", name)
		}
		seen[name] = true
	}
	const most = 50 // https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
	if n := len(a.Custom); n > most {
		ch.bad("auth.attributes.custom", "want at most %d; got %d", most, n)
	}
	custom := map[string]bool{}
	for i, c := range a.Custom {
		ch.customAttribute(fmt.Sprintf("auth.attributes.custom[%d]", i), c, custom)
	}
}

func (ch *checker) customAttribute(key string, a CustomAttribute, seen map[string]bool) {
	switch bare := strings.TrimPrefix(strings.TrimPrefix(a.Name, "custom:"), "dev:"); {
	case bare != a.Name:
		ch.bad(key+".name", "want the name alone, Cognito adds the custom:; got %s", quote(a.Name))
	case seen[a.Name] && a.Name != "":
		ch.bad(key+".name", "%s stands twice", a.Name)
	}
	seen[a.Name] = true

	for _, l := range []struct {
		name      string
		value     *int
		belongsTo string
	}{{"minLength", a.MinLength, "string"}, {"maxLength", a.MaxLength, "string"}, {"min", a.Min, "number"}, {"max", a.Max, "number"}} {
		if l.value != nil && a.Type != l.belongsTo {
			ch.bad(join(key, l.name), "only an attribute of type %s has it; this is a %s", l.belongsTo, a.Type)
		}
	}
	if a.MinLength != nil && a.MaxLength != nil && *a.MinLength > *a.MaxLength {
		ch.bad(key+".minLength", "want at most maxLength, %d; got %d", *a.MaxLength, *a.MinLength)
	}
	if a.Min != nil && a.Max != nil && *a.Min > *a.Max {
		ch.bad(key+".min", "want at most max, %d; got %d", *a.Max, *a.Min)
	}
}

var linkPlaceholder = regexp.MustCompile(`\{##[^{}]+##\}`)

// verification: the placeholders are those of VerificationMessageTemplateType,
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerificationMessageTemplateType.html
func (ch *checker) verification(v Verification) {
	const key = "auth.verification."
	prefixFine := ch.fine(key + "domainPrefix")
	switch v.Method {
	case "code":
		if !strings.Contains(v.Body, "{####}") {
			ch.bad(key+"body", "want {####} in it, where the code goes; got %s", quote(v.Body))
		}
		if v.DomainPrefix != "" && prefixFine {
			ch.bad(key+"domainPrefix", "only with method: link; codes need no domain")
		}
	case "link":
		if !linkPlaceholder.MatchString(v.Body) {
			ch.bad(key+"body", "want {##text##} in it, where the link goes; got %s", quote(v.Body))
		}
		if v.DomainPrefix == "" && prefixFine {
			ch.bad(key+"domainPrefix", "missing; a link needs it: <prefix>.auth.<region>.amazoncognito.com answers the link")
		}
	}
	for _, reserved := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(v.DomainPrefix, reserved) {
			ch.bad(key+"domainPrefix", "want a prefix without the word %s, which Cognito refuses; got %q", reserved, v.DomainPrefix)
		}
	}
}

func (ch *checker) tokens(t Tokens) {
	for _, l := range []struct {
		name  string
		value Lifetime
	}{{"access", t.Access}, {"id", t.ID}} {
		if key := "auth.tokens." + l.name; l.value > t.Refresh && ch.fine(key) && ch.fine("auth.tokens.refresh") {
			ch.bad(key, "want at most the refresh token's lifetime, %s; got %s", t.Refresh, l.value)
		}
	}
}

func (ch *checker) groups(groups []Group) {
	seen := map[string]bool{}
	for i, g := range groups {
		if seen[g.Name] && g.Name != "" {
			ch.bad(fmt.Sprintf("auth.groups[%d].name", i), "%s stands twice", g.Name)
		}
		seen[g.Name] = true
	}
}

func (ch *checker) hosting(h Hosting) {
	switch clean := path.Clean(h.Folder); {
	case h.Folder == "" || !ch.fine("hosting.folder"):
	case path.IsAbs(h.Folder) || clean == ".." || strings.HasPrefix(clean, "../") || strings.Contains(h.Folder, `\`):
		ch.bad("hosting.folder", "want a folder inside the project, such as site/dist; got %s", quote(h.Folder))
	case clean == ".":
		ch.bad("hosting.folder", "want a folder of its own, such as site/dist: everything in it is published")
	}
	first, _, _ := strings.Cut(h.HashedAssets, "/")
	if first == "releases" || first == "errors" {
		ch.bad("hosting.hashedAssets", "want another name than %s, which the bucket uses itself", first)
	}
}

// local wants origins: what a browser and an SDK can be told.
func (ch *checker) local(l Local) {
	if problem := originProblem(l.Endpoint); problem != "" {
		ch.bad("local.endpoint", "%s", problem)
	}
	if problem := originProblem(l.Site); problem != "" {
		ch.bad("local.site", "%s", problem)
	}
	if l.Site != "" && l.Endpoint == "" {
		ch.bad("local.endpoint", "missing; local.site says where a local cloud shows the site")
	}
}

// originProblem is what is wrong with the address of a local cloud, or "".
func originProblem(address string) string {
	u, err := url.Parse(address)
	if address == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.String() == u.Scheme+"://"+u.Host {
		return ""
	}
	return "want an address without a path, such as http://localhost:4566; got " + quote(address)
}

// AtEndpoint is c deployed to another local cloud than its file says: at endpoint,
// with the site at site. An empty one leaves what the file says.
func (c Config) AtEndpoint(endpoint, site string) (Config, error) {
	if problem := originProblem(endpoint); problem != "" {
		return Config{}, fmt.Errorf("endpoint: %s", problem)
	}
	if problem := originProblem(site); problem != "" {
		return Config{}, fmt.Errorf("site: %s", problem)
	}
	if endpoint != "" {
		c.Local.Endpoint = endpoint
	}
	if site != "" {
		c.Local.Site = site
	}
	if c.Local.Site != "" && c.Local.Endpoint == "" {
		return Config{}, fmt.Errorf("site: the environment %s is on AWS; give an endpoint too", c.Environment)
	}
	return c, nil
}
