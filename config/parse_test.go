package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"gatehouse/config"
)

// good is a file that is right; cases add to it, from line 3 on.
const good = "project: shop\nregion: eu-central-1\n"

func TestParseReportsEveryMistakeWithItsLine(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ in, want string }{
		"what is right has no mistakes":     {good, ""},
		"an anchor is used again":           {good + "tags: &t {a: b}\nauth: {groups: [{name: &n admins}]}\nhosting: {headers: {custom: {X-N: *n}}}", ""},
		"a merged mapping counts":           {good + "auth: {password: &p {minLength: 8}}\n", ""},
		"a section of comments is no error": {good + "auth:\n  # selfSignUp: false\nhosting:\n", ""},

		// The file.
		"an empty file lacks what has no default": {"", "t.yaml:1: project: missing; want lower-case letters, digits and single hyphens, beginning with a letter\n" +
			"t.yaml:1: region: missing; want an AWS region, such as eu-central-1"},
		"a list is no environment":       {"- project", `t.yaml:1: want settings, such as project: shop; got a list`},
		"text is no environment":         {"shop", `t.yaml:1: want settings, such as project: shop; got "shop"`},
		"a second document is refused":   {good + "---\nproject: x\n", "t.yaml:3: a file holds one environment; a second YAML document begins here"},
		"what is not YAML":               {"project: shop\nregion: [\n", "t.yaml:2: this is not YAML: did not find expected node content"},
		"extends has nothing to look in": {good + "extends: base.yaml", "t.yaml:3: extends: reading base.yaml: there is no such file"},

		// Keys.
		"a misspelt key":                  {good + "auth:\n  selfSignup: true", "t.yaml:4: auth.selfSignup: no such setting; did you mean selfSignUp?"},
		"a key that resembles nothing":    {good + "local: {firewall: on}", "t.yaml:3: local.firewall: no such setting; there are endpoint, site"},
		"a key set twice":                 {good + "protect: true\nprotect: false", "t.yaml:4: protect: set twice; the first time on line 3"},
		"a key that is a list":            {good + "? [a]\n: b", "t.yaml:3: want the name of a setting; got a list"},
		"a mapping that merges itself":    {good + "tags: &t\n  <<: *t\n  a: b\n", ""},
		"a merge of what is no mapping":   {good + "tags: {<<: 3}", "t.yaml:3: tags.<<: want a mapping to merge; got the number 3"},
		"merged settings give way to own": {good + "auth:\n  password: &p {minLength: 5}\n  tokens: {<<: *p, access: 1h}", "t.yaml:4: auth.password.minLength: want 6–99; got 5\nt.yaml:4: auth.tokens.minLength: no such setting; there are access, id, refresh"},
		"a setting that holds itself":     {good + "auth: &a\n  password: *a\n", "t.yaml:4: auth.password.password: no such setting, and secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it"},

		// Types.
		"text where true or false is wanted": {good + "protect: yes", `t.yaml:3: protect: want true or false; got "yes"`},
		"text where a number is wanted":      {good + "auth: {password: {minLength: twelve}}", `t.yaml:3: auth.password.minLength: want a whole number; got "twelve"`},
		"a fraction":                         {good + "auth: {password: {minLength: 8.5}}", "t.yaml:3: auth.password.minLength: want a whole number; got the number 8.5"},
		"another notation":                   {good + "auth: {password: {minLength: 0x10}}", "t.yaml:3: auth.password.minLength: want a whole number in decimal digits; got 0x10"},
		"a number where text is wanted":      {good + "account: 123456789012", "t.yaml:3: account: want text; got the number 123456789012: put it in quotes"},
		"nothing where text is wanted":       {good + "account:", "t.yaml:3: account: want text; got nothing"},
		"a mapping where a list is wanted":   {good + "auth: {groups: {name: a}}", "t.yaml:3: auth.groups: want a list; got a mapping"},
		"text where settings are wanted":     {good + "auth: open", `t.yaml:3: auth: want settings, one a line; got "open"`},
		"a truth made by hand":               {good + "protect: !!bool perhaps", `t.yaml:3: protect: want true or false; got "perhaps"`},
		"a date where text is wanted":        {good + "tags: {since: 2026-01-01}", "t.yaml:3: tags.since: want text; got \"2026-01-01\": put it in quotes"},

		// Names.
		"capitals in the project":       {"project: Shop\nregion: eu-central-1", `t.yaml:1: project: want lower-case letters, digits and single hyphens, beginning with a letter; got "Shop"`},
		"a long project":                {"project: a" + strings.Repeat("b", 40) + "\nregion: eu-central-1", "t.yaml:1: project: want at most 40 characters; got 41"},
		"a project that AWS keeps":      {"project: awsome\nregion: eu-central-1", `t.yaml:1: project: want a name that does not begin with aws, which AWS keeps for itself; got "awsome"`},
		"an environment with a slash":   {good + "environment: a/b", `t.yaml:3: environment: want lower-case letters, digits and single hyphens, beginning with a letter; got "a/b"`},
		"eleven digits":                 {good + `account: "12345678901"`, `t.yaml:3: account: want 12 digits in quotes; got "12345678901"`},
		"a zone is no region":           {"project: shop\nregion: eu-central-1a", `t.yaml:2: region: want an AWS region, such as eu-central-1; got "eu-central-1a"`},
		"a region of another partition": {"project: shop\nregion: cn-north-1", `t.yaml:2: region: want a region of AWS's main partition, which these stacks are written for; got "cn-north-1"`},

		// Tags.
		"a tag that AWS keeps": {good + "tags: {AWS:x: a}", "t.yaml:3: tags.AWS:x: want a name that does not begin with aws:, which AWS keeps for itself"},
		"a long tag":           {good + "tags: {a: " + strings.Repeat("b", 257) + "}", "t.yaml:3: tags.a: want at most 256 characters; got 257"},
		"signs in a tag":       {good + "tags: {a: 'b;c', 'd*': e}", "t.yaml:3: tags.a: want letters, digits, spaces and _ . : / = + - @; got \"b;c\"\nt.yaml:3: tags.d*: want a name of letters, digits, spaces and _ . : / = + - @"},
		"too many tags":        {good + "tags: {" + numbered(51, "t%d: x, ") + "}", "t.yaml:3: tags: want at most 50; got 51"},

		// Attributes.
		"email is always required":   {good + "auth: {attributes: {required: [email]}}", `t.yaml:3: auth.attributes.required[0]: want ` + standard + `; got "email"`},
		"an attribute twice":         {good + "auth: {attributes: {required: [name, name]}}", "t.yaml:3: auth.attributes.required[1]: name stands twice"},
		"a custom attribute's name":  {good + "auth: {attributes: {custom: [{type: number}, {name: a b}, {name: 'custom:a'}, {name: abcdefghijklmnopqrstu}]}}", "t.yaml:3: auth.attributes.custom[0].name: missing; want letters, digits and signs, no spaces\nt.yaml:3: auth.attributes.custom[1].name: want letters, digits and signs, no spaces; got \"a b\"\nt.yaml:3: auth.attributes.custom[2].name: want the name alone, Cognito adds the custom:; got \"custom:a\"\nt.yaml:3: auth.attributes.custom[3].name: want at most 20 characters; got 21"},
		"a custom attribute twice":   {good + "auth:\n  attributes:\n    custom:\n    - {name: a}\n    - {name: a}", "t.yaml:7: auth.attributes.custom[1].name: a stands twice"},
		"a type of no attribute":     {good + "auth: {attributes: {custom: [{name: a, type: int}]}}", `t.yaml:3: auth.attributes.custom[0].type: want string, number, datetime or boolean; got "int"`},
		"constraints of another":     {good + "auth: {attributes: {custom: [{name: a, type: number, maxLength: 3}, {name: b, min: 1}]}}", "t.yaml:3: auth.attributes.custom[0].maxLength: only an attribute of type string has it; this is a number\nt.yaml:3: auth.attributes.custom[1].min: only an attribute of type number has it; this is a string"},
		"constraints upside down":    {good + "auth: {attributes: {custom: [{name: a, minLength: 4, maxLength: 3}, {name: b, type: number, min: 1, max: 0}]}}", "t.yaml:3: auth.attributes.custom[0].minLength: want at most maxLength, 3; got 4\nt.yaml:3: auth.attributes.custom[1].min: want at most max, 0; got 1"},
		"a length Cognito knows not": {good + "auth: {attributes: {custom: [{name: a, maxLength: 2049}]}}", "t.yaml:3: auth.attributes.custom[0].maxLength: want 0–2048; got 2049"},

		// Passwords and tokens.
		"a short password":             {good + "auth: {password: {minLength: 5}}", "t.yaml:3: auth.password.minLength: want 6–99; got 5"},
		"a long memory":                {good + "auth: {password: {history: 25, temporaryDays: 0}}", "t.yaml:3: auth.password.history: want 0–24; got 25\nt.yaml:3: auth.password.temporaryDays: want 1–365; got 0"},
		"a lifetime without a unit":    {good + "auth: {tokens: {access: 30}}", "t.yaml:3: auth.tokens.access: want a number and a unit, such as 30m, 1h or 30d; got the number 30: put it in quotes"},
		"a lifetime in weeks":          {good + "auth: {tokens: {refresh: 2w}}", `t.yaml:3: auth.tokens.refresh: want a number of minutes, hours or days, such as 30m, 1h or 30d; got "2w"`},
		"a lifetime out of range":      {good + "auth: {tokens: {access: 4m, id: 25h, refresh: 30m}}", "t.yaml:3: auth.tokens.access: want 5m–24h; got 4m\nt.yaml:3: auth.tokens.id: want 5m–24h; got 25h\nt.yaml:3: auth.tokens.refresh: want 1h–3650d; got 30m"},
		"a token outlives its renewal": {good + "auth: {tokens: {id: 12h, refresh: 2h}}", "t.yaml:3: auth.tokens.id: want at most the refresh token's lifetime, 2h; got 12h"},

		// Verification.
		"a method that is none":          {good + "auth: {verification: {method: sms}}", `t.yaml:3: auth.verification.method: want code or link; got "sms"`},
		"a mail without its code":        {good + "auth: {verification: {body: Welcome}}", `t.yaml:3: auth.verification.body: want {####} in it, where the code goes; got "Welcome"`},
		"a mail without its link":        {good + "auth: {verification: {method: link, body: 'Code {####}', domainPrefix: shop}}", `t.yaml:3: auth.verification.body: want {##text##} in it, where the link goes; got "Code {####}"`},
		"a link has a mail by default":   {good + "auth: {verification: {method: link, domainPrefix: shop}}", ""},
		"a link without a domain":        {good + "auth: {verification: {method: link}}", "t.yaml:3: auth.verification.domainPrefix: missing; a link needs it: <prefix>.auth.<region>.amazoncognito.com answers the link"},
		"a domain without a link":        {good + "auth: {verification: {domainPrefix: shop}}", "t.yaml:3: auth.verification.domainPrefix: only with method: link; codes need no domain"},
		"a domain that Cognito refuses":  {good + "auth: {verification: {method: link, domainPrefix: my-cognito}}", `t.yaml:3: auth.verification.domainPrefix: want a prefix without the word cognito, which Cognito refuses; got "my-cognito"`},
		"a domain in capitals":           {good + "auth: {verification: {method: link, domainPrefix: Shop}}", `t.yaml:3: auth.verification.domainPrefix: want lower-case letters, digits and hyphens, no hyphen at either end; got "Shop"`},
		"a long subject":                 {good + "auth: {verification: {subject: " + strings.Repeat("s", 141) + "}}", "t.yaml:3: auth.verification.subject: want at most 140 characters; got 141"},
		"a subject of two lines":         {good + `auth: {verification: {subject: "a\nb"}}`, `t.yaml:3: auth.verification.subject: want text on one line; got "a\nb"`},
		"a long mail":                    {good + "auth: {verification: {body: '{####}" + strings.Repeat("s", 19995) + "'}}", "t.yaml:3: auth.verification.body: want 6–20000 characters; got 20001"},
		"characters count, not bytes":    {good + "auth: {verification: {subject: " + strings.Repeat("ß", 140) + "}}", ""},
		"an empty body is the default's": {good + "auth: {verification: {body: ''}}", ""},

		// Groups.
		"a group without a name": {good + "auth: {groups: [{description: x}]}", "t.yaml:3: auth.groups[0].name: missing; want letters, digits and signs, no spaces"},
		"a group twice":          {good + "auth: {groups: [{name: a}, {name: a}]}", "t.yaml:3: auth.groups[1].name: a stands twice"},
		"a precedence below all": {good + "auth: {groups: [{name: a, precedence: -1}]}", "t.yaml:3: auth.groups[0].precedence: want 0–2147483647; got -1"},

		// Hosting.
		"a folder outside":         {good + "hosting: {folder: ../site}", `t.yaml:3: hosting.folder: want a folder inside the project, such as site/dist; got "../site"`},
		"a folder that climbs out": {good + "hosting: {folder: a/../../b}", `t.yaml:3: hosting.folder: want a folder inside the project, such as site/dist; got "a/../../b"`},
		"a folder of the machine":  {good + "hosting: {folder: /srv}", `t.yaml:3: hosting.folder: want a folder inside the project, such as site/dist; got "/srv"`},
		"all of the project":       {good + "hosting: {folder: ./}", "t.yaml:3: hosting.folder: want a folder of its own, such as site/dist: everything in it is published"},
		"no folder":                {good + "hosting: {folder: ''}", "t.yaml:3: hosting.folder: missing; want a value"},
		"a routing that is none":   {good + "hosting: {routing: spa}", `t.yaml:3: hosting.routing: want pages or single-page; got "spa"`},
		"assets in a taken place":  {good + "hosting: {hashedAssets: releases/a}", "t.yaml:3: hosting.hashedAssets: want another name than releases, which the bucket uses itself"},
		"assets that climb":        {good + "hosting: {hashedAssets: ../a}", `t.yaml:3: hosting.hashedAssets: want a folder of the site, such as assets; got "../a"`},
		"no hashed assets":         {good + "hosting: {hashedAssets: ''}", ""},
		"a policy that is none":    {good + "hosting: {headers: {contentSecurityPolicy: {image-src: [data:]}}}", "t.yaml:3: hosting.headers.contentSecurityPolicy.image-src: no such directive; did you mean img-src?"},
		"sources that are fine":    {good + `hosting: {headers: {contentSecurityPolicy: {img-src: ["data:", "https://*.example.com:8443/a/"], script-src: ["'sha256-abc='", "'wasm-unsafe-eval'"], connect-src: ["wss://a.b", "localhost:*"]}}}`, ""},
		"a source that ends the line": {good + `hosting: {headers: {contentSecurityPolicy: {img-src: ["a; script-src *", "a, b", "https://a b", "a\r\nX: y", ""]}}}`, `t.yaml:3: hosting.headers.contentSecurityPolicy.img-src: want sources such as https://images.example.com or data:; got "a; script-src *"` + "\n" +
			`t.yaml:3: hosting.headers.contentSecurityPolicy.img-src: want sources such as https://images.example.com or data:; got "a, b"` + "\n" +
			`t.yaml:3: hosting.headers.contentSecurityPolicy.img-src: want sources such as https://images.example.com or data:; got "https://a b"` + "\n" +
			`t.yaml:3: hosting.headers.contentSecurityPolicy.img-src: want sources such as https://images.example.com or data:; got "a\r\nX: y"` + "\n" +
			`t.yaml:3: hosting.headers.contentSecurityPolicy.img-src: want sources such as https://images.example.com or data:; got ""`},
		"a keyword without its quotes": {good + "hosting: {headers: {contentSecurityPolicy: {img-src: [self]}}}", `t.yaml:3: hosting.headers.contentSecurityPolicy.img-src: want "self" in single quotes too: "'self'"`},
		"none is nothing to add":       {good + `hosting: {headers: {contentSecurityPolicy: {img-src: ["'none'"]}}}`, "t.yaml:3: hosting.headers.contentSecurityPolicy.img-src: want sources to add; 'none' is what stands where nothing is added"},
		"a nonce for everybody":        {good + `hosting: {headers: {contentSecurityPolicy: {script-src: ["'nonce-abc'"]}}}`, "t.yaml:3: hosting.headers.contentSecurityPolicy.script-src: a nonce must differ from answer to answer; static pages cannot have one"},
		"a cookie for everybody":       {good + "hosting: {headers: {custom: {Set-Cookie: a=b}}}", "t.yaml:3: hosting.headers.custom.Set-Cookie: a cookie in every answer would be everybody's; caches would share it"},
		"a header of the policy":       {good + "hosting: {headers: {custom: {x-frame-options: DENY}}}", "t.yaml:3: hosting.headers.custom.x-frame-options: the headers policy of the site sets it"},
		"a header of the file":         {good + "hosting: {headers: {custom: {Content-Type: text/html, X-Amz-Id: a}}}", "t.yaml:3: hosting.headers.custom.Content-Type: CloudFront or the file itself sets it\nt.yaml:3: hosting.headers.custom.X-Amz-Id: CloudFront or the file itself sets it"},
		"a header of two lines":        {good + `hosting: {headers: {custom: {X-A: "a\r\nX-B: b", "X A": b}}}`, "t.yaml:3: hosting.headers.custom.X A: want the name of a header: letters, digits and hyphens\nt.yaml:3: hosting.headers.custom.X-A: want a value of printable ASCII characters on one line"},
		"a header twice":               {good + "hosting: {headers: {custom: {X-A: a, x-a: b}}}", "t.yaml:3: hosting.headers.custom.x-a: stands twice; letter case makes no difference"},

		// The local cloud.
		"an address with a path":     {good + "local: {endpoint: 'http://localhost:4566/a'}", `t.yaml:3: local.endpoint: want an address without a path, such as http://localhost:4566; got "http://localhost:4566/a"`},
		"an address that is none":    {good + "local: {endpoint: localhost, site: 'ftp://a'}", "t.yaml:3: local.endpoint: want an address without a path, such as http://localhost:4566; got \"localhost\"\nt.yaml:3: local.site: want an address without a path, such as http://localhost:4566; got \"ftp://a\""},
		"an address with a password": {good + "local: {endpoint: 'http://a:b@localhost'}", `t.yaml:3: local.endpoint: want an address without a path, such as http://localhost:4566; got "http://a:b@localhost"`},
		"a site without its cloud":   {good + "local: {site: 'http://localhost:8080'}", "t.yaml:3: local.endpoint: missing; local.site says where a local cloud shows the site"},

		// Secrets are refused and never shown.
		"an access key id":          {good + "tags: {a: AKIAIOSFODNN7EXAMPLE}", "t.yaml:3: tags.a: this looks like an AWS access key id; secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it"},
		"a secret access key":       {good + "tags: {a: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE9}", "t.yaml:3: tags.a: this looks like an AWS secret access key; secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it"},
		"a private key":             {good + "auth: {verification: {body: '{####} -----BEGIN RSA PRIVATE KEY-----'}}", "t.yaml:3: auth.verification.body: this looks like a private key; secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it"},
		"a session token":           {good + "tags: {a: IQoJ" + strings.Repeat("b3Jp", 30) + "}", "t.yaml:3: tags.a: this looks like an AWS session token; secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it"},
		"a key that promises one":   {good + "aws_secret_access_key: x", "t.yaml:3: aws_secret_access_key: no such setting, and secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it"},
		"a tag that promises one":   {good + "tags: {db-password: x}", "t.yaml:3: tags.db-password: secrets do not belong in a file: name the Secrets Manager secret or SSM parameter that holds it"},
		"a secret in a wrong place": {good + "auth: AKIAIOSFODNN7EXAMPLE", "t.yaml:3: auth: want settings, one a line; got what looks like a secret"},
		"a commit is no secret":     {good + "tags: {commit: da39a3ee5e6b4b0d3255bfef95601890afd80709}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := config.Parse("t.yaml", []byte(tc.in)); text(err) != tc.want {
				t.Errorf("got\n%s\nwant\n%s", text(err), tc.want)
			}
		})
	}
}

const standard = "address, birthdate, family_name, gender, given_name, locale, middle_name, name, nickname, phone_number, picture, preferred_username, profile, updated_at, website or zoneinfo"

// numbered is format n times, with %d counting.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "%d", string(rune('a'+i/26))+string(rune('a'+i%26))))
	}
	return b.String()
}

func TestDefaultsAreSecure(t *testing.T) {
	t.Parallel()
	cfg, err := config.Parse("prod.yaml", []byte(good+"auth: {attributes: {custom: [{name: plan}]}}"))
	if err != nil {
		t.Fatal(err)
	}
	if !cfg.Protect {
		t.Error("protect is not the default")
	}
	if p := cfg.Auth.Password; p.MinLength != 12 || !p.RequireLowercase || !p.RequireUppercase || !p.RequireNumbers || !p.RequireSymbols || p.TemporaryDays != 1 {
		t.Errorf("password: %+v", p)
	}
	if got := cfg.Auth.Tokens.Access.String() + " " + cfg.Auth.Tokens.ID.String() + " " + cfg.Auth.Tokens.Refresh.String(); got != "1h 1h 30d" {
		t.Errorf("tokens: %s", got)
	}
	if a := cfg.Auth.Attributes.Custom[0]; a.Type != "string" || !a.Mutable || a.Writable {
		t.Errorf("a custom attribute: %+v; want a string that can change, but not by its owner", a)
	}
	if cfg.Local != (config.Local{}) {
		t.Errorf("local: %+v", cfg.Local)
	}
}

func TestAtEndpoint(t *testing.T) {
	t.Parallel()
	onAWS, err := config.Parse("prod.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ endpoint, site, want string }{
		"both":                    {"http://localhost:1", "http://localhost:2", ""},
		"an endpoint alone":       {"http://localhost:1", "", ""},
		"nothing":                 {"", "", ""},
		"a site without endpoint": {"", "http://localhost:2", "site: the environment prod is on AWS; give an endpoint too"},
		"no address":              {"here", "", `endpoint: want an address without a path, such as http://localhost:4566; got "here"`},
	} {
		cfg, err := onAWS.AtEndpoint(tc.endpoint, tc.site)
		if text(err) != tc.want {
			t.Errorf("%s: got %v; want %s", name, err, tc.want)
		}
		if err == nil && cfg.Local != (config.Local{Endpoint: tc.endpoint, Site: tc.site}) {
			t.Errorf("%s: got %+v", name, cfg.Local)
		}
	}
}

// FuzzParse: whatever a file holds, it is read or refused with places in it; and
// what is read keeps the rules that the stacks rely on.
func FuzzParse(f *testing.F) {
	for _, env := range []string{"base", "local", "dev", "prod"} {
		data, err := os.ReadFile(env + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(good + "auth: &a\n  password: *a\n  tokens: {<<: [*a, *a]}\n"))
	f.Add([]byte("? {a: b}\n: [*x]\n--- !!set\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := config.Parse("t.yaml", data)
		if err == nil {
			if p := cfg.Auth.Password.MinLength; p < 6 || p > 99 || cfg.Project == "" || cfg.Region == "" {
				t.Errorf("accepted: %+v", cfg)
			}
			return
		}
		problems, ok := errors.AsType[config.Problems](err)
		if !ok || len(problems) == 0 {
			t.Fatalf("got %#v; want Problems", err)
		}
		for _, p := range problems {
			if p.File != "t.yaml" && !strings.HasPrefix(p.Message, "reading ") || p.Line < 1 || p.Message == "" {
				t.Errorf("a problem without a place: %+v", p)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	project := os.DirFS("..")
	for b.Loop() {
		if _, err := config.Load(project, "prod"); err != nil {
			b.Fatal(err)
		}
	}
}
