package cognito

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"time"

	"go.etcd.io/bbolt"
)

// purpose is what a code is for.
type purpose string

const (
	forSignUp   purpose = "sign-up"
	forPassword purpose = "password"
	forEmail    purpose = "email"
)

// codeLife is how long a code is good. Source: Cognito developer guide, "Quotas".
var codeLife = map[purpose]time.Duration{forSignUp: 24 * time.Hour, forPassword: time.Hour, forEmail: 24 * time.Hour}

// issueCode makes a code of six digits for the account under key. The code before
// it, if any, is void.
func (s *Service) issueCode(tx *bbolt.Tx, key string, p purpose) (string, error) {
	n, err := rand.Int(s.Rand, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("making a code: %w", err)
	}
	code := fmt.Sprintf("%06d", n)
	now := s.Now()
	return code, codeTable.put(tx, key+"/"+string(p), code, now.Add(codeLife[p]), now)
}

// checkCode refuses code unless it is the account's current one. It is to be
// called in the transaction that counts the attempt; useCode ends the code's life.
func (s *Service) checkCode(tx *bbolt.Tx, key string, p purpose, code string) error {
	want, found, err := codeTable.get(tx, key+"/"+string(p), s.Now())
	if err != nil {
		return err
	}
	if !found {
		return errCodeExpired
	}
	if subtle.ConstantTimeCompare([]byte(want), []byte(code)) != 1 {
		return errCodeMismatch
	}
	return nil
}

func (s *Service) useCode(tx *bbolt.Tx, key string, p purpose) error {
	return codeTable.delete(tx, key+"/"+string(p))
}
