// Package sts is the part of the AWS Security Token Service that tools call
// before they deploy: who am I, and may I be that role.
//
// The local cloud has one account and checks no signatures, so everybody is its
// root user and may assume every role of that account. Credentials that it gives
// out are as good as any others.
package sts

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"net/http"
	"regexp"
	"time"

	"gatehouse/local/wire"
)

// namespace is the XML namespace of STS's answers.
const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// New makes the service for one account.
func New(account string) http.Handler {
	s := service{account}
	return wire.QueryService{Namespace: namespace, Actions: map[string]wire.QueryAction{
		"AssumeRole":        wire.Query(s.assumeRole),
		"GetCallerIdentity": wire.Query(s.getCallerIdentity),
	}}
}

type service struct{ account string }

type getCallerIdentityOutput struct {
	UserId, Account, Arn string
}

// getCallerIdentity is the GetCallerIdentity operation.
func (s service) getCallerIdentity(context.Context, struct{}) (getCallerIdentityOutput, error) {
	return getCallerIdentityOutput{s.account, s.account, "arn:aws:iam::" + s.account + ":root"}, nil
}

type assumeRoleInput struct {
	RoleArn, RoleSessionName string
	ExternalId               string
	DurationSeconds          *int
	Tags                     []struct{ Key, Value string }
	TransitiveTagKeys        []string
}

type assumeRoleOutput struct {
	Credentials     credentials
	AssumedRoleUser assumedRoleUser
}

type credentials struct {
	AccessKeyId, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

type assumedRoleUser struct {
	AssumedRoleId, Arn string
}

var (
	rolePattern    = regexp.MustCompile(`^arn:[a-z-]+:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)$`)
	sessionPattern = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

// neverExpires is the end of the credentials' life: nothing checks them.
var neverExpires = time.Date(2999, time.January, 1, 0, 0, 0, 0, time.UTC)

// assumeRole is the AssumeRole operation. The credentials depend on the role and
// the session alone: nothing verifies them, so they need no randomness.
func (s service) assumeRole(_ context.Context, in assumeRoleInput) (out assumeRoleOutput, err error) {
	role := rolePattern.FindStringSubmatch(in.RoleArn)
	switch {
	case role == nil:
		return out, wire.BadRequest("ValidationError", "%s is invalid", in.RoleArn)
	case !sessionPattern.MatchString(in.RoleSessionName):
		return out, wire.BadRequest("ValidationError", "1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*", in.RoleSessionName)
	case role[1] != s.account:
		return out, &wire.Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: "The local cloud has the account " + s.account + " alone; it cannot assume " + in.RoleArn}
	}
	id := identifier(in.RoleArn)
	session := identifier(in.RoleArn, in.RoleSessionName)
	out.Credentials = credentials{"ASIA" + session[:16], session, session, neverExpires}
	out.AssumedRoleUser = assumedRoleUser{
		"AROA" + id[:17] + ":" + in.RoleSessionName,
		"arn:aws:sts::" + s.account + ":assumed-role/" + role[2] + "/" + in.RoleSessionName,
	}
	return out, nil
}

// identifier derives upper-case letters and digits from what it stands for.
func identifier(of ...string) string {
	h := sha256.New()
	for _, s := range of {
		h.Write([]byte(s + "\x00"))
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil))
}
