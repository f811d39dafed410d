package cognito

import (
	"time"

	"go.etcd.io/bbolt"
)

// How often a user may call an operation in an hour. Source: Cognito developer
// guide, "Quotas in Amazon Cognito". For ForgotPassword and ConfirmForgotPassword
// it says 5 to 20, by risk; 20 is what was measured for a caller without any.
var hourlyLimits = map[string]int{
	"ResendConfirmationCode":           5,
	"ConfirmSignUp":                    15,
	"ChangePassword":                   5,
	"GetUserAttributeVerificationCode": 5,
	"VerifyUserAttribute":              15,
	"ForgotPassword":                   20,
	"ConfirmForgotPassword":            20,
}

// limit counts a call of operation for the account under key, or refuses it. An
// hour begins with the first call; refused calls do not count, so that a client
// that retries cannot shut itself out for longer.
func (s *Service) limit(tx *bbolt.Tx, key, operation string) error {
	now := s.Now()
	key += "/" + operation
	calls, found, err := limitTable.get(tx, key, now)
	if err != nil {
		return err
	}
	if calls >= hourlyLimits[operation] {
		return errLimitExceeded
	}
	expires := now.Add(time.Hour)
	if found {
		if expires, err = limitTable.expires(tx, key); err != nil {
			return err
		}
	}
	return limitTable.put(tx, key, calls+1, expires, now)
}
