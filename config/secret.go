package config

import (
	"regexp"
	"strings"
)

var (
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html: AKIA and
	// ASIA begin access key ids, and 16 more characters follow.
	accessKeyID  = regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b`)
	secretKey    = regexp.MustCompile(`(^|[^A-Za-z0-9/+=])[A-Za-z0-9/+]{40}($|[^A-Za-z0-9/+=])`)
	sessionToken = regexp.MustCompile(`\b(IQoJ|FwoG|FQoG)[A-Za-z0-9/+=]{100,}`)
	privateKey   = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`)
	hexDigits    = regexp.MustCompile(`^[^A-Za-z0-9]*([0-9a-f]{40}|[0-9A-F]{40})[^A-Za-z0-9]*$`)
	secretName   = regexp.MustCompile(`(secret|password|passwd|credential|privatekey|accesskey|sessiontoken|apikey)s?(id)?$`)
)

// secret is what kind of secret value looks like, or "".
func secret(value string) string {
	switch {
	case accessKeyID.MatchString(value):
		return "an AWS access key id"
	case privateKey.MatchString(value):
		return "a private key"
	case sessionToken.MatchString(value):
		return "an AWS session token"
	}
	if m := secretKey.FindString(value); m != "" && !hexDigits.MatchString(m) && mixed(m) {
		return "an AWS secret access key"
	}
	return ""
}

// mixed is whether s has capitals, small letters and digits, as 40 random
// characters have all but always; a path or a word in capitals has not.
func mixed(s string) bool {
	return strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") &&
		strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") &&
		strings.ContainsAny(s, "0123456789")
}

// namesSecret is whether a key promises a secret: aws_secret_access_key, dbPassword.
func namesSecret(key string) bool {
	plain := strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(key))
	return secretName.MatchString(plain)
}
