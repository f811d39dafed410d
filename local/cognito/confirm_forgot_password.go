package cognito

import (
	"context"

	"go.etcd.io/bbolt"

	"gatehouse/local/cognito/srp"
)

type confirmForgotPasswordInput struct {
	ClientID         string `json:"ClientId"`
	SecretHash       string
	Username         string
	ConfirmationCode string
	Password         string
	ClientMetadata   metadata
	UserContextData  contextData
}

// confirmForgotPassword is the ConfirmForgotPassword operation.
func (s *Service) confirmForgotPassword(_ context.Context, in confirmForgotPasswordInput) (out empty, err error) {
	if err := validate(validClientID(in.ClientID), validUsername(in.Username), validCode("confirmationCode", in.ConfirmationCode), validPassword("password", in.Password)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	if err := c.checkSecretHash(in.Username, in.SecretHash); err != nil {
		return out, err
	}
	if err := p.Settings.Password.check(in.Password); err != nil {
		return out, err
	}
	var a account
	check := func(tx *bbolt.Tx) error {
		if a, err = s.account(tx, p, c, in.Username, errNoSuchCombination); err != nil {
			return err
		}
		if err := s.checkCode(tx, a.key(p), forPassword, in.ConfirmationCode); err != nil {
			return err
		}
		if a.simulated {
			return errCodeMismatch // a code was never sent, so this is a guess
		}
		return nil
	}
	if err := s.transact(func(tx *bbolt.Tx) error {
		if a, err = s.account(tx, p, c, in.Username, errNoSuchCombination); err != nil {
			return err
		}
		if err := s.limit(tx, a.key(p), "ConfirmForgotPassword"); err != nil {
			return err
		}
		return check(tx)
	}); err != nil {
		return out, err
	}
	defer s.passwords.lock(a.key(p))()
	// From here on the caller is known to have the code, so may learn of the history.
	if p.Settings.Password.used(p.name(), a.user, in.Password) {
		return out, errPasswordUsed
	}
	password, err := srp.NewCredential(s.Rand, p.name(), a.Username, in.Password)
	if err != nil {
		return out, err
	}
	return out, s.transact(func(tx *bbolt.Tx) error {
		if err := check(tx); err != nil {
			return err // somebody else has just used the code
		}
		if err := s.useCode(tx, a.key(p), forPassword); err != nil {
			return err
		}
		if err := lockoutTable.delete(tx, a.key(p)); err != nil {
			return err
		}
		u := a.user
		u.replacePassword(password, p.Settings.Password.History)
		u.Status, u.Modified = statusConfirmed, s.Now()
		return p.put(tx, u)
	})
}
