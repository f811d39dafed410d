package cognito

import (
	"strings"

	"gatehouse/local/cognito/srp"
	"gatehouse/local/wire"
)

// passwordPolicy is a pool's rule for passwords.
type passwordPolicy struct {
	MinLength                                                          int
	RequireLowercase, RequireUppercase, RequireNumbers, RequireSymbols bool
	History                                                            int // earlier passwords that cannot be used again
	TemporaryDays                                                      int
}

// symbols are the special characters of RequireSymbols. A space counts unless it
// is at an end. Source: Cognito developer guide, "Adding user pool password
// requirements".
const symbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "

// check returns AWS's refusal of password, which names one reason at a time.
func (p passwordPolicy) check(password string) error {
	not := func(reason string) error {
		return wire.BadRequest("InvalidPasswordException", "Password did not conform with policy: %s", reason)
	}
	switch {
	case len([]rune(password)) < p.MinLength:
		return not("Password not long enough")
	case p.RequireUppercase && !strings.ContainsAny(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
		return not("Password must have uppercase characters")
	case p.RequireLowercase && !strings.ContainsAny(password, "abcdefghijklmnopqrstuvwxyz"):
		return not("Password must have lowercase characters")
	case p.RequireNumbers && !strings.ContainsAny(password, "0123456789"):
		return not("Password must have numeric characters")
	case p.RequireSymbols && !strings.ContainsAny(strings.Trim(password, " "), symbols):
		return not("Password must have symbol characters")
	}
	return nil
}

// used tells whether password is one of the last that the policy remembers, the
// one in use among them. Each costs a third of a modular exponentiation.
func (p passwordPolicy) used(poolName string, u user, password string) bool {
	if p.History == 0 {
		return false
	}
	for i, earlier := range append([]srp.Credential{u.Password}, u.Earlier...) {
		if i < p.History && earlier.Matches(poolName, u.Username, password) {
			return true
		}
	}
	return false
}

// replace makes password the one in use and remembers the one before it.
func (u *user) replacePassword(password srp.Credential, history int) {
	u.Earlier = append([]srp.Credential{u.Password}, u.Earlier...)
	u.Earlier = u.Earlier[:min(len(u.Earlier), max(history-1, 0))]
	u.Password = password
}
