package cognito

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Constraints of Cognito's API model, which AWS checks before anything else and
// reports together: "2 validation errors detected: …; …". The values of sensitive
// members (user name, password, client id, tokens) are not repeated in the message.
// Source: botocore's model cognito-idp/2016-04-18.

var (
	// passwordChars allow spaces inside, as AWS does, though the model's pattern
	// reads [\S]+; the message shows it with the inner anchors.
	passwordChars = regexp.MustCompile(`^^[\S]+.*[\S]+$$`)
	noSpace       = regexp.MustCompile(`^[\S]+$`)
	usernameChars = regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$`)
	wordChars     = regexp.MustCompile(`^[\w+]+$`)
	tokenChars    = regexp.MustCompile(`^[A-Za-z0-9\-_=.]+$`)
	poolIDChars   = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)
)

// validate joins what its constraints found into AWS's error, or returns nil.
func validate(found ...[]string) error {
	var all []string
	for _, f := range found {
		all = append(all, f...)
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return invalid("1 validation error detected: %s", all[0])
	}
	return invalid("%d validation errors detected: %s", len(all), strings.Join(all, "; "))
}

// constrain checks a value's length in characters and its pattern. what is how
// the message names it.
func constrain(what, value string, shortest, longest int, pattern *regexp.Regexp) (found []string) {
	broken := func(format string, args ...any) {
		found = append(found, "Value "+what+" failed to satisfy constraint: "+fmt.Sprintf(format, args...))
	}
	n := utf8.RuneCountInString(value)
	if n < shortest {
		broken("Member must have length greater than or equal to %d", shortest)
	}
	if n > longest {
		broken("Member must have length less than or equal to %d", longest)
	}
	if pattern != nil && !pattern.MatchString(value) {
		broken("Member must satisfy regular expression pattern: %s", strings.TrimSuffix(strings.TrimPrefix(pattern.String(), "^"), "$"))
	}
	return found
}

func validClientID(id string) []string {
	return constrain("at 'clientId'", id, 1, 128, wordChars)
}

func validUsername(name string) []string {
	return constrain("at 'username'", name, 1, 128, usernameChars)
}

func validPassword(member, password string) []string {
	return constrain("at '"+member+"'", password, 6, 256, passwordChars)
}

func validCode(member, code string) []string {
	return constrain(fmt.Sprintf("'%s' at '%s'", code, member), code, 1, 2048, noSpace)
}

func validAccessToken(token string) []string {
	return constrain("at 'accessToken'", token, 1, 1<<16, tokenChars)
}

func validPoolID(id string) []string {
	return constrain(fmt.Sprintf("'%s' at 'userPoolId'", id), id, 1, 55, poolIDChars)
}

func validAttributes(attributes []attributeType) (found []string) {
	for i, a := range attributes {
		at := func(member string) string { return fmt.Sprintf("at 'userAttributes.%d.member.%s'", i+1, member) }
		found = append(found, constrain(at("name"), a.Name, 1, 32, usernameChars)...)
		found = append(found, constrain(at("value"), a.Value, 0, 2048, nil)...)
	}
	return found
}
