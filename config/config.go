// Package config is what a team writes down about an environment: who may come
// in and what they will find.
//
// One YAML file is one environment: config/prod.yaml is the environment "prod".
// A file may say "extends: base.yaml"; what it sets itself wins, key by key.
// Unknown keys are errors, and every mistake is reported at once as
// "file:line: key: what was wanted; what was found". Secrets never stand in a
// file, only the names of Secrets Manager secrets or SSM parameters.
//
// [Load] reads an environment. What a file leaves out is in [Default]. The tags
// of the fields below hold each setting's own limits; they are checked by Load
// and published to editors in schema.json. Rules between settings are in check.go.
package config

//go:generate go test -run IsCurrent -update .

// Config is one environment, defaults filled in and checked.
type Config struct {
	// The name of what is deployed. Stacks are called project-environment-stack.
	Project string `yaml:"project" required:"true" max:"40" pattern:"^[a-z][a-z0-9]*(-[a-z0-9]+)*$" want:"lower-case letters, digits and single hyphens, beginning with a letter"`
	// The environment's name. Left out, it is the file's name without .yaml.
	Environment string `yaml:"environment" max:"40" pattern:"^[a-z][a-z0-9]*(-[a-z0-9]+)*$" want:"lower-case letters, digits and single hyphens, beginning with a letter"`
	// The AWS account, 12 digits in quotes. Left out, it is the account of the caller's credentials.
	Account string `yaml:"account" pattern:"^[0-9]{12}$" want:"12 digits in quotes"`
	// The AWS region of the user pool and the site's files, such as eu-central-1.
	Region string `yaml:"region" required:"true" pattern:"^[a-z]{2}(-[a-z]+)+-[0-9]$" want:"an AWS region, such as eu-central-1"`
	// Tags on every resource. A file that extends another adds to the other's tags.
	Tags map[string]string `yaml:"tags"`
	// Keeps people's data: the pool is retained and protected from deletion, and
	// the stacks from being destroyed.
	Protect bool `yaml:"protect"`
	// Who may come in.
	Auth Auth `yaml:"auth"`
	// What people will find.
	Hosting Hosting `yaml:"hosting"`
	// The addresses of the local cloud, for an environment that is deployed there.
	Local Local `yaml:"local"`
	// Which pipelines may review and deploy the environment, without keys of their own.
	Delivery Delivery `yaml:"delivery"`
	// Copies of the environment that live for a while, such as one a pull request.
	Preview Preview `yaml:"preview"`
	// What is let through when a change is reviewed.
	Review Review `yaml:"review"`
}

// Auth is who may come in.
type Auth struct {
	// Whether people may register themselves. If not, an administrator creates them.
	SelfSignUp bool `yaml:"selfSignUp"`
	// What the pool stores about a person besides the e-mail address.
	Attributes Attributes `yaml:"attributes"`
	// The rule for passwords that people choose.
	Password Password `yaml:"password"`
	// How a person proves to own the e-mail address.
	Verification Verification `yaml:"verification"`
	// How long tokens are valid.
	Tokens Tokens `yaml:"tokens"`
	// User pool groups. A group's name is in the tokens of its members.
	Groups []Group `yaml:"groups"`
}

// Attributes are what the pool stores about a person besides the e-mail address.
type Attributes struct {
	// Standard attributes that everybody must give at sign-up: given_name, family_name …
	// They cannot be changed once the pool exists.
	Required []string `yaml:"required" enum:"address,birthdate,family_name,gender,given_name,locale,middle_name,name,nickname,phone_number,picture,preferred_username,profile,updated_at,website,zoneinfo"`
	// Attributes of your own. They can be added later, but never changed or removed.
	Custom []CustomAttribute `yaml:"custom"`
}

// CustomAttribute is an attribute of the team's own. Cognito calls it custom:Name.
type CustomAttribute struct {
	// The name without "custom:".
	Name string `yaml:"name" required:"true" max:"20" pattern:"^[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+$" want:"letters, digits and signs, no spaces"`
	// What kind of value it holds. All custom attributes are optional: Cognito knows no other.
	Type string `yaml:"type" enum:"string,number,datetime,boolean"`
	// Whether the value can be changed once it is set.
	Mutable bool `yaml:"mutable"`
	// Whether people may set it themselves through the site. If not, only an
	// administrator can: so that nobody gives themselves a plan or a role.
	Writable bool `yaml:"writable"`
	// Fewest characters; string only.
	MinLength *int `yaml:"minLength" range:"0,2048"`
	// Most characters; string only.
	MaxLength *int `yaml:"maxLength" range:"0,2048"`
	// Smallest value; number only.
	Min *int `yaml:"min"`
	// Largest value; number only.
	Max *int `yaml:"max"`
}

// Password is the policy for passwords that people choose.
type Password struct {
	// Fewest characters.
	MinLength int `yaml:"minLength" range:"6,99"`
	// Whether a lower-case letter must be in it.
	RequireLowercase bool `yaml:"requireLowercase"`
	// Whether an upper-case letter must be in it.
	RequireUppercase bool `yaml:"requireUppercase"`
	// Whether a digit must be in it.
	RequireNumbers bool `yaml:"requireNumbers"`
	// Whether a sign such as ! or # must be in it.
	RequireSymbols bool `yaml:"requireSymbols"`
	// How many earlier passwords cannot be used again.
	History int `yaml:"history" range:"0,24"`
	// How many days the temporary password of a person whom an administrator created is valid.
	TemporaryDays int `yaml:"temporaryDays" range:"1,365"`
}

// Verification is how a person proves to own the e-mail address.
type Verification struct {
	// A code to type in, or a link to follow.
	Method string `yaml:"method" enum:"code,link"`
	// The subject of the mail.
	Subject string `yaml:"subject" required:"true" max:"140" pattern:"^[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P} ]+$" want:"text on one line"`
	// The mail, as text or HTML. {####} becomes the code; {##text##} becomes a link with that text.
	Body string `yaml:"body" min:"6" max:"20000"`
	// For links only: <prefix>.auth.<region>.amazoncognito.com answers them. Unique in its region.
	DomainPrefix string `yaml:"domainPrefix" max:"63" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" want:"lower-case letters, digits and hyphens, no hyphen at either end"`
}

// Tokens are lifetimes, as a number and a unit: 30m, 1h, 30d.
type Tokens struct {
	// How long an access token is valid.
	Access Lifetime `yaml:"access" range:"5m,24h"`
	// How long an ID token is valid.
	ID Lifetime `yaml:"id" range:"5m,24h"`
	// How long people stay signed in.
	Refresh Lifetime `yaml:"refresh" range:"1h,3650d"`
}

// Group is a user pool group. Its name is in the tokens of its members.
type Group struct {
	// The group's name.
	Name string `yaml:"name" required:"true" max:"128" pattern:"^[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+$" want:"letters, digits and signs, no spaces"`
	// What the group is for.
	Description string `yaml:"description" max:"2048"`
	// The lower, the more important, where several groups of a person disagree.
	Precedence *int `yaml:"precedence" range:"0,2147483647"`
}

// Hosting is what people will find.
type Hosting struct {
	// The built site, relative to the project's folder.
	Folder string `yaml:"folder" required:"true"`
	// pages: /register is register.html. single-page: every path is index.html.
	Routing string `yaml:"routing" enum:"pages,single-page"`
	// A folder of the built site whose files carry a hash of their content in
	// their name, so that browsers may keep them for a year. "" for none.
	HashedAssets string `yaml:"hashedAssets" max:"100" pattern:"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$" want:"a folder of the site, such as assets"`
	// Headers of every answer.
	Headers Headers `yaml:"headers"`
}

// Headers are added to every answer of the site.
type Headers struct {
	// Sources to add to directives of the default Content-Security-Policy, such as img-src: [https://images.example.com].
	ContentSecurityPolicy map[string][]string `yaml:"contentSecurityPolicy"`
	// Further headers: a name and its value.
	Custom map[string]string `yaml:"custom"`
}

// Local holds the addresses of the local cloud, for an environment that is
// deployed there. Both empty: the environment is on AWS.
type Local struct {
	// Where the local cloud answers as AWS, such as http://localhost:4566.
	Endpoint string `yaml:"endpoint"`
	// Where it shows the site, such as http://localhost:8080.
	Site string `yaml:"site"`
}
